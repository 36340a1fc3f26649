#### fail: not set
resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
    }
}

#### fail: everyone
resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
      public_access_cidrs = ["0.0.0.0/0"]
    }
}

#### pass: private endpoint
resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
      endpoint_public_access = false
    }
}

#### pass: known network
resource "aws_eks_cluster" "this" {
  name = "main"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
      subnet_ids = ["subnet-1"]
      public_access_cidrs = ["198.51.100.0/24"]
    }
}

#### fail: variant, nothing said
resource "aws_eks_cluster" "e" {
 vpc_config {
 subnet_ids=[]
 }
}

#### fail: variant, everyone beside others
resource "aws_eks_cluster" "e" {
 vpc_config {
 public_access_cidrs=["10.0.0.0/8","0.0.0.0/0"]
 }
}

#### pass: variant, no public endpoint
resource "aws_eks_cluster" "e" {
 vpc_config {
 endpoint_public_access=false
 }
}

#### pass: variant, one network
resource "aws_eks_cluster" "e" {
 vpc_config {
 public_access_cidrs=["203.0.113.0/24"]
 }
}
