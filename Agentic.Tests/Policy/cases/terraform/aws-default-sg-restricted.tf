#### fail: left as it is
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

#### fail: has rules
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.main.id
  ingress {
      protocol  = "-1"
      self      = true
      from_port = 0
      to_port   = 0
    }
}

#### pass: emptied
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.main.id
}

#### pass: emptied by a list
resource "aws_vpc" "each" {
  count      = 2
  cidr_block = "10.${count.index}.0.0/16"
}

resource "aws_default_security_group" "each" {
  count  = 2
  vpc_id = aws_vpc.each[count.index].id
}

