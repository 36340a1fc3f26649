#### fail: not set
resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
}

#### fail: false
resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  storage_encrypted = false
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  storage_encrypted = var.on
}

#### pass: true
resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  storage_encrypted = true
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  storage_encrypted = local.secure
}

#### pass: not known
variable "on" {}

resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  storage_encrypted = var.on
}

#### fail: variant, nothing said
resource "aws_db_instance" "a" {}

#### fail: variant, false as text
resource "aws_db_instance" "a" {
 storage_encrypted="false"
}

#### fail: variant, a variable that is false
variable "e" {
 type=bool
 default=false
}
resource "aws_db_instance" "a" {
 storage_encrypted=var.e
}

#### fail: variant, a negation
resource "aws_db_instance" "a" {
 storage_encrypted=!true
}

#### fail: variant, a condition that does not hold
locals { env="dev" }
resource "aws_db_instance" "a" {
 storage_encrypted=contains(["prod"], local.env)
}

#### pass: variant, true as text
resource "aws_db_instance" "a" {
 storage_encrypted="true"
}

#### pass: variant, a variable nobody gave
resource "aws_db_instance" "a" {
 storage_encrypted=var.e
}
variable "e" {}

#### pass: variant, converted text
resource "aws_db_instance" "a" {
 storage_encrypted=tobool("true")
}

#### pass: variant, a condition that holds
resource "aws_db_instance" "a" {
 storage_encrypted=local.env == "prod" || local.env == "dev"
}
locals { env="dev" }

#### pass: a replica is encrypted as its source is
resource "aws_db_instance" "replica" {
  instance_class      = "db.t3.medium"
  replicate_source_db = "orders"
}

#### fail: a replica that says it is not encrypted
resource "aws_db_instance" "replica" {
  instance_class      = "db.t3.medium"
  replicate_source_db = "orders"
  storage_encrypted   = false
}
