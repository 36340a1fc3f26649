#### fail: not set
resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
    }
}

#### fail: true
resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
      endpoint_public_access = true
    }
}

#### pass: false
resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
      endpoint_public_access = false
    }
}

#### pass: unknown
variable "public" {}

resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
      endpoint_public_access = var.public
    }
}

