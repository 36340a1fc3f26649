#### fail: not set
resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "t3.micro"
}

#### fail: optional
resource "aws_launch_template" "this" {
  name = "web"
  metadata_options {
      http_endpoint = "enabled"
      http_tokens   = "optional"
    }
}

#### pass: required
resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "t3.micro"
  metadata_options {
      http_tokens = "required"
    }
}

#### pass: switched off
resource "aws_launch_configuration" "this" {
  image_id = "ami-1"
  instance_type = "t3.micro"
  metadata_options {
      http_endpoint = "disabled"
    }
}

