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


#### fail: a classic balancer without logs
resource "aws_elb" "this" {
  name               = "shop"
  availability_zones = ["eu-west-1a"]

  listener {
    instance_port     = 8000
    instance_protocol = "http"
    lb_port           = 443
    lb_protocol       = "https"
  }
}

#### fail: a classic balancer with its logs turned off
resource "aws_elb" "this" {
  name = "shop"

  access_logs {
    bucket  = "logs"
    enabled = false
  }
}

#### pass: a classic balancer writes logs to the bucket it names
resource "aws_elb" "this" {
  name = "shop"

  access_logs {
    bucket   = "logs"
    interval = 60
  }
}
