#### fail: no condition
resource "aws_s3_bucket_policy" "this" {
  bucket = "a"
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "s3:GetObject", Resource = "arn:aws:s3:::a/*" }]
    })
}

#### fail: allows what it should deny
resource "aws_s3_bucket_policy" "this" {
  bucket = "a"
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }]
    })
}

#### pass: denies plain HTTP
resource "aws_s3_bucket_policy" "this" {
  bucket = "a"
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }]
    })
}

#### pass: heredoc with a reference
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.data.id
  policy = <<POLICY
{ "Statement": [{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "${aws_s3_bucket.data.arn}/*",
  "Condition": { "Bool": { "aws:SecureTransport": false } } }] }
POLICY
}

