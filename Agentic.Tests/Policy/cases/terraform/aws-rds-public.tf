#### fail: true
resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  publicly_accessible = true
}

#### fail: true by a conditional
variable "stage" {
  default = "dev"
}

resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  publicly_accessible = var.stage == "dev" ? true : false
}

#### pass: not set
resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
}

#### pass: false
resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  publicly_accessible = false
}

#### pass: not known
variable "public" {}

resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  publicly_accessible = var.public
}

