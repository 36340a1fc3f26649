#### fail: none
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

#### fail: AES256
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.data.id
  rule {
      apply_server_side_encryption_by_default {
        sse_algorithm = "AES256"
      }
    }
}

#### fail: AES256 inline
resource "aws_s3_bucket" "this" {
  bucket = "a"
  server_side_encryption_configuration {
      rule {
        apply_server_side_encryption_by_default {
          sse_algorithm = "AES256"
        }
      }
    }
}

#### pass: kms
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.data.id
  rule {
      apply_server_side_encryption_by_default {
        sse_algorithm = "aws:kms"
      }
    }
}

#### pass: kms inline
resource "aws_s3_bucket" "this" {
  bucket = "a"
  server_side_encryption_configuration {
      rule {
        apply_server_side_encryption_by_default {
          sse_algorithm = "aws:kms"
        }
      }
    }
}

#### pass: dual layer
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.data.id
  rule {
      apply_server_side_encryption_by_default {
        sse_algorithm = "aws:kms:dsse"
      }
    }
}

