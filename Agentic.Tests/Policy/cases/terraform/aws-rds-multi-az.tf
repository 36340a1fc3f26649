#### fail: not set
resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
}

#### fail: false
resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  multi_az = false
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  multi_az = var.on
}

#### pass: true
resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  multi_az = true
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  multi_az = local.secure
}

#### pass: not known
variable "on" {}

resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  multi_az = var.on
}

