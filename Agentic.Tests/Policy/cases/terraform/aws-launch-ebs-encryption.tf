#### fail: no root device
resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "t3.micro"
}

#### fail: root open
resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "t3.micro"
  root_block_device {
      volume_size = 20
      encrypted   = false
    }
}

#### fail: second disk open
resource "aws_launch_configuration" "this" {
  image_id = "ami-1"
  instance_type = "t3.micro"
  root_block_device {
      encrypted = true
    }
    ebs_block_device {
      device_name = "/dev/sdb"
      encrypted   = false
    }
}

#### pass: all encrypted
resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "t3.micro"
  root_block_device {
      encrypted = true
    }
    ebs_block_device {
      device_name = "/dev/sdb"
      encrypted   = true
    }
}

#### pass: dynamic
resource "aws_instance" "this" {
  ami = "ami-1"
  instance_type = "t3.micro"
  root_block_device {
      encrypted = true
    }
    dynamic "ebs_block_device" {
      for_each = ["b", "c"]
      content {
        device_name = "/dev/sd${ebs_block_device.value}"
        encrypted   = true
      }
    }
}

