#### fail: huge
resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "x1e.32xlarge"
}

#### fail: gpu database
resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.r6g.16xlarge"
}

#### pass: small
resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "t3.micro"
}

#### pass: unknown
variable "size" {}

resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = var.size
}

