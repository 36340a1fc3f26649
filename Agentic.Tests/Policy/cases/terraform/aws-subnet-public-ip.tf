#### fail: true
resource "aws_subnet" "this" {
  vpc_id = "vpc-1"
  cidr_block = "10.0.1.0/24"
  map_public_ip_on_launch = true
}

#### fail: true by a conditional
variable "stage" {
  default = "dev"
}

resource "aws_subnet" "this" {
  vpc_id = "vpc-1"
  cidr_block = "10.0.1.0/24"
  map_public_ip_on_launch = var.stage == "dev" ? true : false
}

#### pass: not set
resource "aws_subnet" "this" {
  vpc_id = "vpc-1"
  cidr_block = "10.0.1.0/24"
}

#### pass: false
resource "aws_subnet" "this" {
  vpc_id = "vpc-1"
  cidr_block = "10.0.1.0/24"
  map_public_ip_on_launch = false
}

#### pass: not known
variable "public" {}

resource "aws_subnet" "this" {
  vpc_id = "vpc-1"
  cidr_block = "10.0.1.0/24"
  map_public_ip_on_launch = var.public
}

