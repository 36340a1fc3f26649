#### fail: not set
resource "aws_redshift_cluster" "this" {
  cluster_identifier = "dw"
  publicly_accessible = false
}

#### fail: false
resource "aws_redshift_cluster" "this" {
  cluster_identifier = "dw"
  publicly_accessible = false
  encrypted = false
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_redshift_cluster" "this" {
  cluster_identifier = "dw"
  publicly_accessible = false
  encrypted = var.on
}

#### pass: true
resource "aws_redshift_cluster" "this" {
  cluster_identifier = "dw"
  publicly_accessible = false
  encrypted = true
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_redshift_cluster" "this" {
  cluster_identifier = "dw"
  publicly_accessible = false
  encrypted = local.secure
}

#### pass: not known
variable "on" {}

resource "aws_redshift_cluster" "this" {
  cluster_identifier = "dw"
  publicly_accessible = false
  encrypted = var.on
}

