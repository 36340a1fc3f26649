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


#### fail: a data source finds the key of the service
data "aws_kms_key" "service" {
  key_id = "alias/aws/secretsmanager"
}

resource "aws_secretsmanager_secret" "this" {
  name       = "db"
  kms_key_id = data.aws_kms_key.service.arn
}

#### fail: a data source finds the alias of the service
data "aws_kms_alias" "service" {
  name = "alias/aws/secretsmanager"
}

resource "aws_secretsmanager_secret" "this" {
  name       = "db"
  kms_key_id = data.aws_kms_alias.service.target_key_arn
}

#### pass: a data source finds a key of the customer
data "aws_kms_alias" "own" {
  name = "alias/shop"
}

resource "aws_secretsmanager_secret" "this" {
  name       = "db"
  kms_key_id = data.aws_kms_alias.own.target_key_arn
}
