#### fail: not set
resource "aws_dynamodb_table" "this" {
  name = "orders"
  hash_key = "id"
}

#### fail: without a key
resource "aws_dynamodb_table" "this" {
  name = "orders"
  hash_key = "id"
  server_side_encryption {
      enabled = true
    }
}

#### pass: key
resource "aws_dynamodb_table" "this" {
  name = "orders"
  hash_key = "id"
  server_side_encryption {
      enabled     = true
      kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/a"
    }
}

#### pass: key by reference
resource "aws_kms_key" "k" {
  enable_key_rotation = true
}

resource "aws_dynamodb_table" "this" {
  name = "orders"
  hash_key = "id"
  server_side_encryption {
      enabled     = true
      kms_key_arn = aws_kms_key.k.arn
    }
}

