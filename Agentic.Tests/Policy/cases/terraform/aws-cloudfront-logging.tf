#### fail: not set
resource "aws_cloudfront_distribution" "this" {
  enabled = true
}

#### fail: empty
resource "aws_cloudfront_distribution" "this" {
  enabled = true
  logging_config {
      bucket = ""
    }
}

#### fail: null
variable "v" {
  default = null
}

resource "aws_cloudfront_distribution" "this" {
  enabled = true
  logging_config {
      bucket = var.v
    }
}

#### pass: reference
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}

resource "aws_cloudfront_distribution" "this" {
  enabled = true
  logging_config {
      bucket = aws_s3_bucket.logs.bucket_domain_name
    }
}

#### pass: literal
resource "aws_cloudfront_distribution" "this" {
  enabled = true
  logging_config {
      bucket = "logs.s3.amazonaws.com"
    }
}

