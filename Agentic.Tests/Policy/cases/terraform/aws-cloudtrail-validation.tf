#### fail: not set
resource "aws_cloudtrail" "this" {
  name = "main"
  s3_bucket_name = "trail-logs"
}

#### fail: false
resource "aws_cloudtrail" "this" {
  name = "main"
  s3_bucket_name = "trail-logs"
  enable_log_file_validation = false
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_cloudtrail" "this" {
  name = "main"
  s3_bucket_name = "trail-logs"
  enable_log_file_validation = var.on
}

#### pass: true
resource "aws_cloudtrail" "this" {
  name = "main"
  s3_bucket_name = "trail-logs"
  enable_log_file_validation = true
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_cloudtrail" "this" {
  name = "main"
  s3_bucket_name = "trail-logs"
  enable_log_file_validation = local.secure
}

#### pass: not known
variable "on" {}

resource "aws_cloudtrail" "this" {
  name = "main"
  s3_bucket_name = "trail-logs"
  enable_log_file_validation = var.on
}

