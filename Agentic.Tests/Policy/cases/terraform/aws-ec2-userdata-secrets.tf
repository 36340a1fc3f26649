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


#### fail: a password is exported
resource "aws_instance" "this" {
  ami       = "ami-1"
  user_data = <<-EOF
    #!/bin/bash
    export DATABASE_PASSWORD=hunter2hunter2
  EOF
}

#### fail: a token in cloud-init
resource "aws_launch_template" "this" {
  image_id = "ami-1"
  user_data = base64encode(<<-EOF
    #cloud-config
    write_files:
      - path: /etc/agent.yml
        content: |
          api_key: "3b7f9c21d0aa4e55"
  EOF
  )
}

#### pass: secrets are fetched, passed on or left open
variable "password" {}

resource "aws_instance" "this" {
  ami       = "ami-1"
  user_data = <<-EOF
    #!/bin/bash
    export DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db --query SecretString)
    export API_TOKEN="$${TOKEN}"
    export ADMIN_PASSWORD=${var.password}
    export OTHER_PASSWORD=changeme
    export DB_PASSWORD_FILE=/run/secrets/db
    SECRET=/etc/secret
    password: required
  EOF
}
