#### fail: not set
resource "aws_ecr_repository" "this" {
  name = "a"
}

#### fail: mutable
resource "aws_ecr_repository" "this" {
  name = "a"
  image_tag_mutability = "MUTABLE"
}

#### pass: immutable
resource "aws_ecr_repository" "this" {
  name = "a"
  image_tag_mutability = "IMMUTABLE"
}

#### pass: by upper
resource "aws_ecr_repository" "this" {
  name = "a"
  image_tag_mutability = upper("immutable")
}

