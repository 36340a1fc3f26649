#### fail: not set
resource "aws_s3_bucket_public_access_block" "this" {
  bucket = "logs"
}

#### fail: false
resource "aws_s3_bucket_public_access_block" "this" {
  bucket = "logs"
  block_public_policy = false
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = "logs"
  block_public_policy = var.on
}

#### pass: true
resource "aws_s3_bucket_public_access_block" "this" {
  bucket = "logs"
  block_public_policy = true
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = "logs"
  block_public_policy = local.secure
}

#### pass: not known
variable "on" {}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = "logs"
  block_public_policy = var.on
}

