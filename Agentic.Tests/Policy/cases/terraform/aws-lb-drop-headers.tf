#### fail: not set
resource "aws_lb" "this" {
  name = "edge"
  load_balancer_type = "application"
}

#### fail: false
resource "aws_lb" "this" {
  name = "edge"
  load_balancer_type = "application"
  drop_invalid_header_fields = false
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_lb" "this" {
  name = "edge"
  load_balancer_type = "application"
  drop_invalid_header_fields = var.on
}

#### pass: true
resource "aws_lb" "this" {
  name = "edge"
  load_balancer_type = "application"
  drop_invalid_header_fields = true
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_lb" "this" {
  name = "edge"
  load_balancer_type = "application"
  drop_invalid_header_fields = local.secure
}

#### pass: not known
variable "on" {}

resource "aws_lb" "this" {
  name = "edge"
  load_balancer_type = "application"
  drop_invalid_header_fields = var.on
}

#### pass: a network balancer has no headers
resource "aws_lb" "this" {
  name = "edge"
  load_balancer_type = "network"
}

