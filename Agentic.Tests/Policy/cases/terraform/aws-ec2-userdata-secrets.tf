#### fail: heredoc
resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "t3.micro"
  user_data = <<-EOF
    #!/bin/sh
    export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
    export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
  EOF
}

#### fail: encoded
resource "aws_launch_template" "this" {
  name = "web"
  user_data = base64encode("AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE")
}

#### pass: nothing secret
resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "t3.micro"
  user_data = "#!/bin/sh\necho hello"
}

#### pass: none
resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "t3.micro"
}

