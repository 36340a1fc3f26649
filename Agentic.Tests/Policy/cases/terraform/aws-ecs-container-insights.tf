#### fail: not set
resource "aws_ecs_cluster" "this" {
  name = "a"
}

#### fail: disabled
resource "aws_ecs_cluster" "this" {
  name = "a"
  setting {
      name  = "containerInsights"
      value = "disabled"
    }
}

#### pass: enabled
resource "aws_ecs_cluster" "this" {
  name = "a"
  setting {
      name  = "containerInsights"
      value = "enabled"
    }
}

#### pass: enhanced
resource "aws_ecs_cluster" "this" {
  name = "a"
  setting {
      name  = "containerInsights"
      value = "enhanced"
    }
}

