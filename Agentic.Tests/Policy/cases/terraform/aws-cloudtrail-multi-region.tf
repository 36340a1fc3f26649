#### fail: not set
resource "aws_cloudtrail" "this" {
  name = "main"
  s3_bucket_name = "trail-logs"
}

#### fail: false
resource "aws_cloudtrail" "this" {
  name = "main"
  s3_bucket_name = "trail-logs"
  is_multi_region_trail = false
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_cloudtrail" "this" {
  name = "main"
  s3_bucket_name = "trail-logs"
  is_multi_region_trail = var.on
}

#### pass: true
resource "aws_cloudtrail" "this" {
  name = "main"
  s3_bucket_name = "trail-logs"
  is_multi_region_trail = true
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_cloudtrail" "this" {
  name = "main"
  s3_bucket_name = "trail-logs"
  is_multi_region_trail = local.secure
}

#### pass: not known
variable "on" {}

resource "aws_cloudtrail" "this" {
  name = "main"
  s3_bucket_name = "trail-logs"
  is_multi_region_trail = var.on
}

