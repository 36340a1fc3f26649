#### fail: inline
resource "aws_network_acl" "this" {
  vpc_id = "vpc-1"
  ingress {
      rule_no    = 100
      action     = "allow"
      protocol   = "tcp"
      from_port  = 3389
      to_port    = 3389
      cidr_block = "0.0.0.0/0"
    }
}

#### fail: rule
resource "aws_network_acl_rule" "this" {
  network_acl_id = "acl-1"
  rule_number = 100
  egress = false
  protocol = "tcp"
  rule_action = "allow"
  from_port = 3389
  to_port = 3389
  cidr_block = "0.0.0.0/0"
}

#### fail: everything
resource "aws_network_acl" "this" {
  vpc_id = "vpc-1"
  ingress {
      rule_no    = 100
      action     = "allow"
      protocol   = "-1"
      from_port  = 0
      to_port    = 0
      cidr_block = "0.0.0.0/0"
    }
}

#### pass: denied first
resource "aws_network_acl" "this" {
  vpc_id = "vpc-1"
  ingress {
      rule_no    = 200
      action     = "allow"
      protocol   = "tcp"
      from_port  = 0
      to_port    = 65535
      cidr_block = "0.0.0.0/0"
    }
  ingress {
      rule_no    = 100
      action     = "deny"
      protocol   = "tcp"
      from_port  = 3389
      to_port    = 3389
      cidr_block = "0.0.0.0/0"
    }
}

#### pass: private
resource "aws_network_acl" "this" {
  vpc_id = "vpc-1"
  ingress {
      rule_no    = 100
      action     = "allow"
      protocol   = "tcp"
      from_port  = 3389
      to_port    = 3389
      cidr_block = "10.0.0.0/8"
    }
}

#### pass: outgoing
resource "aws_network_acl_rule" "this" {
  network_acl_id = "acl-1"
  rule_number = 100
  egress = true
  protocol = "tcp"
  rule_action = "allow"
  from_port = 3389
  to_port = 3389
  cidr_block = "0.0.0.0/0"
}

