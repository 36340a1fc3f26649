#### fail: not set
resource "aws_sns_topic" "this" {
  name = "orders"
}

#### fail: empty
resource "aws_sns_topic" "this" {
  name = "orders"
  kms_master_key_id = ""
}

#### fail: null
variable "v" {
  default = null
}

resource "aws_sns_topic" "this" {
  name = "orders"
  kms_master_key_id = var.v
}

#### pass: reference
resource "aws_kms_key" "main" {
  enable_key_rotation = true
}

resource "aws_sns_topic" "this" {
  name = "orders"
  kms_master_key_id = aws_kms_key.main.arn
}

#### pass: literal
resource "aws_sns_topic" "this" {
  name = "orders"
  kms_master_key_id = "arn:aws:kms:eu-west-1:111122223333:key/abc"
}

