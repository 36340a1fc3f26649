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

#### fail: variant, a dynamic block over port numbers
resource "aws_security_group" "a" {
 description="x"
dynamic "ingress" {
 for_each = [22, 443]
 content {
 from_port = ingress.value
 to_port = ingress.value
 protocol="tcp"
 cidr_blocks=["0.0.0.0/0"]
 }
 }
}

#### fail: variant, a dynamic block over a local map with an iterator of its own
locals {
 rules = { ssh = { port = 22, cidr = "0.0.0.0/0" }, web = { port = 443, cidr = "10.0.0.0/8" } }
}
resource "aws_security_group" "a" {
 description="x"
dynamic "ingress" {
 for_each = local.rules
 iterator = r
 content {
 from_port = r.value.port
 to_port = r.value["port"]
 protocol="tcp"
 cidr_blocks=[r.value.cidr]
 }
 }
}

#### fail: variant, ports as text and addresses from a variable
variable "cidrs" {
 type = list(string)
 default = ["10.0.0.0/8", "0.0.0.0/0"]
}
resource "aws_security_group" "a" {
 description="x"
ingress {
 from_port = "20"
 to_port = "30"
 protocol="TCP"
 cidr_blocks=var.cidrs
 }
}

#### fail: variant, ingress as an attribute
resource "aws_security_group" "a" {
 description="x"
ingress = [{
 from_port = 22
 to_port = 22
 protocol="tcp"
 cidr_blocks=["0.0.0.0/0"]
 ipv6_cidr_blocks=[]
 description=""
 prefix_list_ids=[]
 security_groups=[]
 self=false
 }]
}

#### fail: variant, every protocol over IPv6
resource "aws_security_group" "a" {
 description="x"
ingress {
 from_port = 0
 to_port = 0
 protocol="-1"
 ipv6_cidr_blocks=["::/0"]
 }
}

#### fail: variant, a rule for each port of a set
resource "aws_security_group_rule" "a" {
 for_each = toset(["22","8080"])
 type="ingress"
 from_port=each.value
 to_port=each.key
 protocol="tcp"
 cidr_blocks=["0.0.0.0/0"]
 security_group_id="sg-1"
 description="x"
}

#### fail: variant, an ingress rule of every protocol
resource "aws_vpc_security_group_ingress_rule" "a" {
 security_group_id="sg-1"
 cidr_ipv4="0.0.0.0/0"
 ip_protocol="-1"
}

#### fail: variant, counted rules whose ports are computed
resource "aws_vpc_security_group_ingress_rule" "a" {
 count=2
 security_group_id="sg-1"
 cidr_ipv4=join("/", ["0.0.0.0", "0"])
 ip_protocol="tcp"
 from_port=21+count.index
 to_port=21+count.index
}

#### fail: variant, every port, addresses joined of lists
resource "aws_security_group_rule" "a" {
 type="ingress"
 from_port=1
 to_port=65535
 protocol="tcp"
 cidr_blocks=concat(["10.0.0.0/8"], ["0.0.0.0/0"])
 security_group_id="sg-1"
 description="x"
}

#### pass: variant, a private address
resource "aws_security_group" "a" {
 description="x"
ingress {
 from_port = 22
 to_port = 22
 protocol="tcp"
 cidr_blocks=["10.0.0.0/8"]
 }
}

#### pass: variant, only egress
resource "aws_security_group" "a" {
 description="x"
egress {
 from_port = 22
 to_port = 22
 protocol="tcp"
 cidr_blocks=["0.0.0.0/0"]
 }
}

#### pass: variant, only its own members
resource "aws_security_group" "a" {
 description="x"
ingress {
 from_port = 22
 to_port = 22
 protocol="tcp"
 self=true
 }
}

#### pass: variant, addresses nobody gave
resource "aws_security_group" "a" {
 description="x"
ingress {
 from_port = 22
 to_port = 22
 protocol="tcp"
 cidr_blocks=var.unknown
 }
}
variable "unknown" {}

#### pass: variant, an egress rule
resource "aws_security_group_rule" "a" {
 type="egress"
 from_port=22
 to_port=22
 protocol="tcp"
 cidr_blocks=["0.0.0.0/0"]
 security_group_id="sg-1"
 description="x"
}

#### pass: variant, another security group
resource "aws_security_group" "a" {
 description="x"
ingress {
 from_port = 22
 to_port = 22
 protocol="tcp"
 security_groups=["sg-2"]
 }
}
