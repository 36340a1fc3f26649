#### fail: inline
resource "aws_security_group" "this" {
  name = "web"
  description = "Web"
  ingress {
      description = "in"
      from_port   = 22
      to_port     = 22
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
}

#### fail: range over IPv6
resource "aws_security_group" "this" {
  name = "web"
  description = "Web"
  ingress {
      description = "in"
      from_port   = 21
      to_port     = 23
      protocol    = "tcp"
      ipv6_cidr_blocks = ["::/0"]
    }
}

#### fail: rule resource
resource "aws_security_group_rule" "this" {
  type = "ingress"
  security_group_id = "sg-1"
  from_port = 22
  to_port = 22
  protocol = "tcp"
  cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]
  description = "in"
}

#### fail: new rule resource
resource "aws_vpc_security_group_ingress_rule" "this" {
  security_group_id = "sg-1"
  ip_protocol = "tcp"
  from_port = 22
  to_port = 22
  cidr_ipv4 = "0.0.0.0/0"
  description = "in"
}

#### fail: dynamic
variable "ports" {
  default = [443, 22]
}

resource "aws_security_group" "this" {
  name = "web"
  description = "Web"
  dynamic "ingress" {
      for_each = var.ports
      content {
        description = "in"
        from_port   = ingress.value
        to_port     = ingress.value
        protocol    = "tcp"
        cidr_blocks = ["0.0.0.0/0"]
      }
    }
}

#### fail: every port
resource "aws_security_group" "this" {
  name = "web"
  description = "Web"
  ingress {
      description = "in"
      from_port   = 0
      to_port     = 0
      protocol    = "-1"
      cidr_blocks = ["0.0.0.0/0"]
    }
}

#### pass: private network
resource "aws_security_group" "this" {
  name = "web"
  description = "Web"
  ingress {
      description = "in"
      from_port   = 22
      to_port     = 22
      protocol    = "tcp"
      cidr_blocks = ["10.0.0.0/8"]
    }
}

#### pass: another port
resource "aws_security_group" "this" {
  name = "web"
  description = "Web"
  ingress {
      description = "in"
      from_port   = 443
      to_port     = 443
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
}

#### pass: outgoing
resource "aws_security_group_rule" "this" {
  type = "egress"
  security_group_id = "sg-1"
  from_port = 22
  to_port = 22
  protocol = "tcp"
  cidr_blocks = ["0.0.0.0/0"]
  description = "out"
}

#### pass: ping
resource "aws_security_group" "this" {
  name = "web"
  description = "Web"
  ingress {
      description = "in"
      from_port   = -1
      to_port     = -1
      protocol    = "icmp"
      cidr_blocks = ["0.0.0.0/0"]
    }
}

#### pass: unknown network
variable "cidrs" {}

resource "aws_security_group" "this" {
  name = "web"
  description = "Web"
  ingress {
      description = "in"
      from_port   = 22
      to_port     = 22
      protocol    = "tcp"
      cidr_blocks = var.cidrs
    }
}

