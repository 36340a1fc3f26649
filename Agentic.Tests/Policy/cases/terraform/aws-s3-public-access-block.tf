#### fail: none
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

#### fail: another bucket is blocked
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket" "other" {
  bucket = "other"
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.other.id
  block_public_acls = true
  block_public_policy = true
  ignore_public_acls = true
  restrict_public_buckets = true
}

#### fail: blocks nothing
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.data.id
}

#### pass: by id
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.data.id
  block_public_acls = true
  block_public_policy = true
  ignore_public_acls = true
  restrict_public_buckets = true
}

#### pass: by name
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = "orders"
  block_public_acls = true
  block_public_policy = true
  ignore_public_acls = true
  restrict_public_buckets = true
}

#### pass: for each bucket
resource "aws_s3_bucket" "each" {
  for_each = toset(["a", "b"])
  bucket   = "x-${each.key}"
}

resource "aws_s3_bucket_public_access_block" "each" {
  for_each                = aws_s3_bucket.each
  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

