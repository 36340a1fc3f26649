#### fail: none
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

#### fail: of a subnet
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_flow_log" "this" {
  subnet_id = "subnet-1"
  traffic_type = "ALL"
  log_destination = "arn:aws:s3:::logs"
  log_destination_type = "s3"
}

#### pass: of the vpc
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_flow_log" "this" {
  vpc_id = aws_vpc.main.id
  traffic_type = "ALL"
  log_destination = "arn:aws:s3:::logs"
  log_destination_type = "s3"
}

#### pass: through a local
locals {
  vpc = aws_vpc.main.id
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_flow_log" "this" {
  vpc_id = local.vpc
  traffic_type = "ALL"
  log_destination = "arn:aws:s3:::logs"
  log_destination_type = "s3"
}

