#### fail: everyone
resource "aws_s3_bucket_policy" "this" {
  bucket = "a"
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::a/*" }]
    })
}

#### fail: everyone in a document
data "aws_iam_policy_document" "open" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::a/*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = "a"
  policy = data.aws_iam_policy_document.open.json
}

#### fail: condition that ties nobody
resource "aws_s3_bucket_policy" "this" {
  bucket = "a"
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "s3:*", Resource = "*", Condition = { Bool = { "aws:SecureTransport" = "true" } } }]
    })
}

#### pass: one account
resource "aws_s3_bucket_policy" "this" {
  bucket = "a"
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:role/app" }, Action = "s3:GetObject", Resource = "arn:aws:s3:::a/*" }]
    })
}

#### pass: own organisation
resource "aws_s3_bucket_policy" "this" {
  bucket = "a"
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::a/*", Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-1" } } }]
    })
}

#### pass: deny everyone
resource "aws_s3_bucket_policy" "this" {
  bucket = "a"
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*" }]
    })
}

#### fail: variant, everyone in a list
resource "aws_s3_bucket_policy" "p" {
 bucket="b"
 policy=jsonencode({Statement=[{Effect="Allow",Principal={AWS=["*"]},Action="s3:GetObject",Resource="*"}]})
}

#### fail: variant, everyone in a policy document
resource "aws_s3_bucket_policy" "p" {
 bucket="b"
 policy=data.aws_iam_policy_document.d.json
}
data "aws_iam_policy_document" "d" {
 statement {
 actions=["s3:GetObject"]
 resources=["*"]
 principals {
 type="*"
 identifiers=["*"]
 }
 }
}

#### pass: variant, everyone is denied without TLS
resource "aws_s3_bucket_policy" "p" {
 bucket="b"
 policy=jsonencode({Statement=[{Effect="Deny",Principal="*",Action="s3:*",Resource="*",Condition={Bool={"aws:SecureTransport"="false"}}}]})
}

#### pass: variant, everyone of one organisation
resource "aws_s3_bucket_policy" "p" {
 bucket="b"
 policy=data.aws_iam_policy_document.d.json
}
data "aws_iam_policy_document" "d" {
 statement {
 actions=["s3:GetObject"]
 resources=["*"]
 principals {
 type="AWS"
 identifiers=["*"]
 }
 condition {
 test="StringEquals"
 variable="aws:PrincipalOrgID"
 values=["o-1"]
 }
 }
}
