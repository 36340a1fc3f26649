#### fail: not set
resource "aws_s3_bucket_public_access_block" "this" {
  bucket = "logs"
}

#### fail: false
resource "aws_s3_bucket_public_access_block" "this" {
  bucket = "logs"
  ignore_public_acls = false
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = "logs"
  ignore_public_acls = var.on
}

#### pass: true
resource "aws_s3_bucket_public_access_block" "this" {
  bucket = "logs"
  ignore_public_acls = true
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = "logs"
  ignore_public_acls = local.secure
}

#### pass: not known
variable "on" {}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = "logs"
  ignore_public_acls = var.on
}

