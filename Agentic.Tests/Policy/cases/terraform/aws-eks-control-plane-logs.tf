#### fail: not set
resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
    }
}

#### fail: some
resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
    }
  enabled_cluster_log_types = ["api", "audit"]
}

#### pass: all
resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
    }
  enabled_cluster_log_types = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
}

#### pass: joined
resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
    }
  enabled_cluster_log_types = concat(["api", "audit"], ["authenticator", "controllerManager", "scheduler"])
}

