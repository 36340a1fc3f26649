#### fail: no such algorithm
resource "aws_s3_bucket" "this" {
  bucket = "a"
  server_side_encryption_configuration {
      rule {
        apply_server_side_encryption_by_default {
          sse_algorithm = "ROT13"
        }
      }
    }
}

#### fail: no such algorithm, separate
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.data.id
  rule {
      apply_server_side_encryption_by_default {
        sse_algorithm = "DES"
      }
    }
}

#### pass: none is SSE-S3
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

#### pass: AES256
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

#### pass: kms, separate
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

