#### fail: not set
resource "aws_cloudwatch_log_group" "this" {
  name = "/a"
}

#### fail: zero keeps for ever
resource "aws_cloudwatch_log_group" "this" {
  name = "/a"
  retention_in_days = 0
}

#### pass: set
resource "aws_cloudwatch_log_group" "this" {
  name = "/a"
  retention_in_days = 365
}

#### pass: by a map
locals {
  days = { dev = 7, live = 400 }
}

resource "aws_cloudwatch_log_group" "this" {
  name = "/a"
  retention_in_days = local.days["live"]
}

