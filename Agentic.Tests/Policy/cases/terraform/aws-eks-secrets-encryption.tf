#### fail: not set
resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
    }
}

#### fail: something else
resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
    }
  encryption_config {
      resources = []
      provider {
        key_arn = "arn:aws:kms:eu-west-1:111122223333:key/a"
      }
    }
}

#### pass: secrets
resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
    }
  encryption_config {
      resources = ["secrets"]
      provider {
        key_arn = "arn:aws:kms:eu-west-1:111122223333:key/a"
      }
    }
}

#### pass: dynamic
resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
    }
  dynamic "encryption_config" {
      for_each = [1]
      content {
        resources = ["secrets"]
        provider {
          key_arn = "arn:aws:kms:eu-west-1:111122223333:key/a"
        }
      }
    }
}

