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

