#### fail: not set
resource "aws_kms_key" "this" {
  description = "orders"
}

#### fail: false
resource "aws_kms_key" "this" {
  description = "orders"
  enable_key_rotation = false
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_kms_key" "this" {
  description = "orders"
  enable_key_rotation = var.on
}

#### pass: true
resource "aws_kms_key" "this" {
  description = "orders"
  enable_key_rotation = true
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_kms_key" "this" {
  description = "orders"
  enable_key_rotation = local.secure
}

#### pass: not known
variable "on" {}

resource "aws_kms_key" "this" {
  description = "orders"
  enable_key_rotation = var.on
}

#### pass: asymmetric keys cannot be rotated
resource "aws_kms_key" "this" {
  customer_master_key_spec = "RSA_4096"
  key_usage = "SIGN_VERIFY"
}

