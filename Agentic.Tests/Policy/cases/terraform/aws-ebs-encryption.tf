#### fail: not set
resource "aws_ebs_volume" "this" {
  availability_zone = "eu-west-1a"
  size = 20
}

#### fail: false
resource "aws_ebs_volume" "this" {
  availability_zone = "eu-west-1a"
  size = 20
  encrypted = false
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_ebs_volume" "this" {
  availability_zone = "eu-west-1a"
  size = 20
  encrypted = var.on
}

#### pass: true
resource "aws_ebs_volume" "this" {
  availability_zone = "eu-west-1a"
  size = 20
  encrypted = true
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_ebs_volume" "this" {
  availability_zone = "eu-west-1a"
  size = 20
  encrypted = local.secure
}

#### pass: not known
variable "on" {}

resource "aws_ebs_volume" "this" {
  availability_zone = "eu-west-1a"
  size = 20
  encrypted = var.on
}

