#### fail: inline
resource "aws_security_group" "this" {
  name = "x"
  description = "x"
  egress {
      description = "all"
      from_port   = 0
      to_port     = 0
      protocol    = "-1"
      cidr_blocks = ["0.0.0.0/0"]
    }
}

#### fail: rule
resource "aws_security_group_rule" "this" {
  type = "egress"
  security_group_id = "sg-1"
  from_port = 0
  to_port = 0
  protocol = "-1"
  cidr_blocks = ["0.0.0.0/0"]
  description = "out"
}

#### fail: new rule
resource "aws_vpc_security_group_egress_rule" "this" {
  security_group_id = "sg-1"
  ip_protocol = "-1"
  cidr_ipv4 = "0.0.0.0/0"
  description = "out"
}

#### pass: none
resource "aws_security_group" "this" {
  name = "x"
  description = "x"
}

#### pass: https only
resource "aws_security_group" "this" {
  name = "x"
  description = "x"
  egress {
      description = "tls"
      from_port   = 443
      to_port     = 443
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
}

#### pass: inside
resource "aws_security_group" "this" {
  name = "x"
  description = "x"
  egress {
      description = "vpc"
      from_port   = 0
      to_port     = 0
      protocol    = "-1"
      cidr_blocks = ["10.0.0.0/8"]
    }
}

