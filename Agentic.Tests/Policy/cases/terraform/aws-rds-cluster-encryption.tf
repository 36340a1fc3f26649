#### fail: not set
resource "aws_rds_cluster" "this" {
  engine = "aurora-postgresql"
}

#### fail: false
resource "aws_rds_cluster" "this" {
  engine = "aurora-postgresql"
  storage_encrypted = false
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_rds_cluster" "this" {
  engine = "aurora-postgresql"
  storage_encrypted = var.on
}

#### pass: true
resource "aws_rds_cluster" "this" {
  engine = "aurora-postgresql"
  storage_encrypted = true
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_rds_cluster" "this" {
  engine = "aurora-postgresql"
  storage_encrypted = local.secure
}

#### pass: not known
variable "on" {}

resource "aws_rds_cluster" "this" {
  engine = "aurora-postgresql"
  storage_encrypted = var.on
}

#### pass: serverless is always encrypted
resource "aws_rds_cluster" "this" {
  engine = "aurora"
  engine_mode = "serverless"
}

