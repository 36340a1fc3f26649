#### fail: none
resource "aws_sqs_queue" "this" {
  name = "q"
}

#### fail: one missing
resource "aws_s3_bucket" "this" {
  bucket = "a"
  tags = {
      Environment = "dev"
      Owner       = "team"
    }
}

#### fail: empty value
resource "aws_sqs_queue" "this" {
  name = "q"
  tags = {
      Environment = "dev"
      Owner       = "team"
      CostCenter  = ""
    }
}

#### pass: all
resource "aws_sqs_queue" "this" {
  name = "q"
  tags = {
      Environment = "dev"
      Owner       = "team"
      CostCenter  = "42"
    }
}

#### pass: from the provider
provider "aws" {
  default_tags {
    tags = {
      Environment = "dev"
      Owner       = "team"
      CostCenter  = "42"
    }
  }
}

resource "aws_sqs_queue" "this" {
  name = "q"
}

#### pass: merged
locals {
  common = { Environment = "dev", Owner = "team" }
}

resource "aws_sqs_queue" "this" {
  name = "q"
  tags = merge(local.common, { CostCenter = "42" })
}

#### pass: not taggable
resource "aws_s3_bucket_versioning" "this" {
  bucket = "a"
  versioning_configuration {
      status = "Enabled"
    }
}

#### pass: unknown
variable "tags" {}

resource "aws_sqs_queue" "this" {
  name = "q"
  tags = var.tags
}

#### fail: variant, the provider and a merge leave one out
provider "aws" {
 default_tags { tags={Owner="a"} }
}
resource "aws_s3_bucket" "b" {
 tags=merge({Environment="x"},{})
}

#### pass: variant, the provider and a merge together
provider "aws" {
 default_tags { tags={Owner="a",CostCenter="1"} }
}
resource "aws_s3_bucket" "b" {
 tags=merge({Environment="x"},{})
}

#### pass: variant, made by a for expression
locals { t={Environment="e",Owner="o",CostCenter="c"} }
resource "aws_s3_bucket" "b" {
 tags={for k, v in local.t : k => upper(v)}
}

#### pass: variant, tags nobody gave
resource "aws_s3_bucket" "b" {
 tags=var.tags
}
variable "tags" {}
