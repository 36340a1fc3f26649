#### fail: true
resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "t3.micro"
  associate_public_ip_address = true
}

#### fail: true by a conditional
variable "stage" {
  default = "dev"
}

resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "t3.micro"
  associate_public_ip_address = var.stage == "dev" ? true : false
}

#### pass: not set
resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "t3.micro"
}

#### pass: false
resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "t3.micro"
  associate_public_ip_address = false
}

#### pass: not known
variable "public" {}

resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "t3.micro"
  associate_public_ip_address = var.public
}

#### fail: launch template interface
resource "aws_launch_template" "this" {
  name = "web"
  network_interfaces {
      associate_public_ip_address = true
    }
}

