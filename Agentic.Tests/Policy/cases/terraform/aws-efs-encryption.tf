#### fail: not set
resource "aws_efs_file_system" "this" {
  creation_token = "shared"
}

#### fail: false
resource "aws_efs_file_system" "this" {
  creation_token = "shared"
  encrypted = false
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_efs_file_system" "this" {
  creation_token = "shared"
  encrypted = var.on
}

#### pass: true
resource "aws_efs_file_system" "this" {
  creation_token = "shared"
  encrypted = true
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_efs_file_system" "this" {
  creation_token = "shared"
  encrypted = local.secure
}

#### pass: not known
variable "on" {}

resource "aws_efs_file_system" "this" {
  creation_token = "shared"
  encrypted = var.on
}

