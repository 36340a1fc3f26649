#### fail: none
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

#### fail: another bucket logs
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_logging" "this" {
  bucket = "elsewhere"
  target_bucket = "logs"
  target_prefix = "a/"
}

#### pass: separate
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_logging" "this" {
  bucket = aws_s3_bucket.data.bucket
  target_bucket = "logs"
  target_prefix = "a/"
}

#### pass: inline
resource "aws_s3_bucket" "this" {
  bucket = "a"
  logging {
      target_bucket = "logs"
    }
}

