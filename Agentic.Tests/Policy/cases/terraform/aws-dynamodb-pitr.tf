#### fail: not set
resource "aws_dynamodb_table" "this" {
  name = "orders"
  hash_key = "id"
}

#### fail: false
resource "aws_dynamodb_table" "this" {
  name = "orders"
  hash_key = "id"
  point_in_time_recovery {
      enabled = false
    }
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_dynamodb_table" "this" {
  name = "orders"
  hash_key = "id"
  point_in_time_recovery {
      enabled = var.on
    }
}

#### pass: true
resource "aws_dynamodb_table" "this" {
  name = "orders"
  hash_key = "id"
  point_in_time_recovery {
      enabled = true
    }
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_dynamodb_table" "this" {
  name = "orders"
  hash_key = "id"
  point_in_time_recovery {
      enabled = local.secure
    }
}

#### pass: not known
variable "on" {}

resource "aws_dynamodb_table" "this" {
  name = "orders"
  hash_key = "id"
  point_in_time_recovery {
      enabled = var.on
    }
}

