#### fail: inline
resource "aws_security_group" "this" {
  name = "x"
  description = "x"
  ingress {
      description = "all"
      from_port   = 0
      to_port     = 0
      protocol    = "-1"
      cidr_blocks = ["0.0.0.0/0"]
    }
}

#### fail: rule
resource "aws_vpc_security_group_ingress_rule" "this" {
  security_group_id = "sg-1"
  ip_protocol = "-1"
  cidr_ipv6 = "::/0"
  description = "all"
}

#### pass: one port
resource "aws_security_group" "this" {
  name = "x"
  description = "x"
  ingress {
      description = "tls"
      from_port   = 443
      to_port     = 443
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
}

#### pass: own members
resource "aws_security_group" "this" {
  name = "x"
  description = "x"
  ingress {
      description = "self"
      from_port   = 0
      to_port     = 0
      protocol    = "-1"
      self        = true
    }
}

