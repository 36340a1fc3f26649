#### fail: not set
resource "aws_redshift_cluster" "this" {
  cluster_identifier = "dw"
}

#### fail: true
resource "aws_redshift_cluster" "this" {
  cluster_identifier = "dw"
  publicly_accessible = true
}

#### pass: false
resource "aws_redshift_cluster" "this" {
  cluster_identifier = "dw"
  publicly_accessible = false
}

#### pass: not known
variable "p" {}

resource "aws_redshift_cluster" "this" {
  cluster_identifier = "dw"
  publicly_accessible = var.p
}

