#### fail: none
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

#### fail: suspended
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.data.id
  versioning_configuration {
      status = "Suspended"
    }
}

#### fail: inline off
resource "aws_s3_bucket" "this" {
  bucket = "a"
  versioning {
      enabled = false
    }
}

#### pass: enabled
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.data.id
  versioning_configuration {
      status = "Enabled"
    }
}

#### pass: inline
resource "aws_s3_bucket" "this" {
  bucket = "a"
  versioning {
      enabled = true
    }
}

#### pass: same unknown name
variable "name" {}

resource "aws_s3_bucket" "data" {
  bucket = var.name
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = var.name
  versioning_configuration {
      status = "Enabled"
    }
}

