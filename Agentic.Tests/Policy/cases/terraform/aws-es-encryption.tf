#### fail: not set
resource "aws_opensearch_domain" "this" {
  domain_name = "search"
}

#### fail: false
resource "aws_opensearch_domain" "this" {
  domain_name = "search"
  encrypt_at_rest {
      enabled = false
    }
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_opensearch_domain" "this" {
  domain_name = "search"
  encrypt_at_rest {
      enabled = var.on
    }
}

#### pass: true
resource "aws_opensearch_domain" "this" {
  domain_name = "search"
  encrypt_at_rest {
      enabled = true
    }
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_opensearch_domain" "this" {
  domain_name = "search"
  encrypt_at_rest {
      enabled = local.secure
    }
}

#### pass: not known
variable "on" {}

resource "aws_opensearch_domain" "this" {
  domain_name = "search"
  encrypt_at_rest {
      enabled = var.on
    }
}

