#### fail: not set
resource "aws_lb" "this" {
  name = "edge"
}

#### fail: false
resource "aws_lb" "this" {
  name = "edge"
  access_logs {
      enabled = false
    }
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_lb" "this" {
  name = "edge"
  access_logs {
      enabled = var.on
    }
}

#### pass: true
resource "aws_lb" "this" {
  name = "edge"
  access_logs {
      enabled = true
    }
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_lb" "this" {
  name = "edge"
  access_logs {
      enabled = local.secure
    }
}

#### pass: not known
variable "on" {}

resource "aws_lb" "this" {
  name = "edge"
  access_logs {
      enabled = var.on
    }
}

