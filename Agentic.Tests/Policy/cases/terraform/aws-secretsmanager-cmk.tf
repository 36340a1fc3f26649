#### fail: not set
resource "aws_secretsmanager_secret" "this" {
  name = "orders"
}

#### fail: empty
resource "aws_secretsmanager_secret" "this" {
  name = "orders"
  kms_key_id = ""
}

#### fail: null
variable "v" {
  default = null
}

resource "aws_secretsmanager_secret" "this" {
  name = "orders"
  kms_key_id = var.v
}

#### pass: reference
resource "aws_kms_key" "main" {
  enable_key_rotation = true
}

resource "aws_secretsmanager_secret" "this" {
  name = "orders"
  kms_key_id = aws_kms_key.main.arn
}

#### pass: literal
resource "aws_secretsmanager_secret" "this" {
  name = "orders"
  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/abc"
}

#### fail: the key of the service
resource "aws_secretsmanager_secret" "this" {
  name = "orders"
  kms_key_id = "alias/aws/secretsmanager"
}

