#### fail: not set
resource "aws_ecr_repository" "this" {
  name = "orders"
}

#### fail: false
resource "aws_ecr_repository" "this" {
  name = "orders"
  image_scanning_configuration {
      scan_on_push = false
    }
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_ecr_repository" "this" {
  name = "orders"
  image_scanning_configuration {
      scan_on_push = var.on
    }
}

#### pass: true
resource "aws_ecr_repository" "this" {
  name = "orders"
  image_scanning_configuration {
      scan_on_push = true
    }
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_ecr_repository" "this" {
  name = "orders"
  image_scanning_configuration {
      scan_on_push = local.secure
    }
}

#### pass: not known
variable "on" {}

resource "aws_ecr_repository" "this" {
  name = "orders"
  image_scanning_configuration {
      scan_on_push = var.on
    }
}

