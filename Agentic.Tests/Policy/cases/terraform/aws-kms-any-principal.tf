#### fail: aws star
resource "aws_kms_key" "this" {
  enable_key_rotation = true
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "kms:*", Resource = "*" }]
    })
}

#### fail: bare star
resource "aws_kms_key" "this" {
  enable_key_rotation = true
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = "*", Action = "kms:Decrypt", Resource = "*" }]
    })
}

#### pass: account root
resource "aws_kms_key" "this" {
  enable_key_rotation = true
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "kms:*", Resource = "*" }]
    })
}

#### pass: deny
resource "aws_kms_key" "this" {
  enable_key_rotation = true
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Deny", Principal = "*", Action = "kms:*", Resource = "*" }]
    })
}

#### pass: no policy
resource "aws_kms_key" "this" {
  enable_key_rotation = true
}

