#### fail: group
resource "aws_security_group" "this" {
  name = "x"
}

#### fail: inline rule
resource "aws_security_group" "this" {
  name = "x"
  description = "x"
  ingress {
      from_port   = 443
      to_port     = 443
      protocol    = "tcp"
      cidr_blocks = ["10.0.0.0/8"]
    }
}

#### fail: rule
resource "aws_security_group_rule" "this" {
  type = "egress"
  security_group_id = "sg-1"
  from_port = 443
  to_port = 443
  protocol = "tcp"
  cidr_blocks = ["10.0.0.0/8"]
}

#### pass: described
resource "aws_security_group" "this" {
  name = "x"
  description = "Web"
  ingress {
      description = "tls"
      from_port   = 443
      to_port     = 443
      protocol    = "tcp"
      cidr_blocks = ["10.0.0.0/8"]
    }
}

#### pass: rule
resource "aws_vpc_security_group_ingress_rule" "this" {
  security_group_id = "sg-1"
  ip_protocol = "tcp"
  from_port = 443
  to_port = 443
  cidr_ipv4 = "10.0.0.0/8"
  description = "tls"
}

