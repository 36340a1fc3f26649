#### fail: not set
resource "aws_cloudfront_distribution" "this" {
  enabled = true
}

#### fail: empty
resource "aws_cloudfront_distribution" "this" {
  enabled = true
  web_acl_id = ""
}

#### fail: null
variable "v" {
  default = null
}

resource "aws_cloudfront_distribution" "this" {
  enabled = true
  web_acl_id = var.v
}

#### pass: reference
resource "aws_wafv2_web_acl" "main" {
  name  = "edge"
  scope = "CLOUDFRONT"
}

resource "aws_cloudfront_distribution" "this" {
  enabled = true
  web_acl_id = aws_wafv2_web_acl.main.arn
}

#### pass: literal
resource "aws_cloudfront_distribution" "this" {
  enabled = true
  web_acl_id = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/1"
}

