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

#### fail: variant, no word about tokens
resource "aws_instance" "a" {
 ami="x"
 metadata_options { http_endpoint="enabled" }
}

#### fail: variant, optional
resource "aws_launch_template" "a" {
 metadata_options { http_tokens="optional" }
}

#### fail: variant, a dynamic block that makes nothing
resource "aws_launch_template" "a" {
 dynamic "metadata_options" {
 for_each=[]
 content { http_tokens="required" }
 }
}

#### fail: variant, a dynamic block over a local
locals { o={http_tokens="optional"} }
resource "aws_instance" "a" {
 dynamic "metadata_options" {
 for_each=[local.o]
 content { http_tokens=lookup(metadata_options.value,"http_tokens","required") }
 }
}

#### pass: variant, a variable with a default
resource "aws_instance" "a" {
 metadata_options { http_tokens=var.t }
}
variable "t" { default="required" }

#### pass: variant, a value that is tried
resource "aws_instance" "a" {
 metadata_options { http_tokens=try(var.o.tokens, "required") }
}
variable "o" { default={} }

#### pass: variant, the first that is not empty
resource "aws_instance" "a" {
 metadata_options { http_tokens=coalesce(null, "", "required") }
}
