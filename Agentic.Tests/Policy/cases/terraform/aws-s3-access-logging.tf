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

#### pass: the bucket takes the access logs of others by its ACL
resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs"
}

resource "aws_s3_bucket_acl" "logs" {
  bucket = aws_s3_bucket.logs.id
  acl    = "log-delivery-write"
}

#### pass: the bucket takes the access logs of others by its policy
resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs"
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "logging.s3.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::shop-logs/*"
    }]
  })
}

#### fail: the policy lets another service write
resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs"
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::shop-logs/*"
    }]
  })
}
