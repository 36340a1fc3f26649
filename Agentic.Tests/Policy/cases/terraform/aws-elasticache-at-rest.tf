#### fail: not set
resource "aws_elasticache_replication_group" "this" {
  replication_group_id = "cache"
}

#### fail: false
resource "aws_elasticache_replication_group" "this" {
  replication_group_id = "cache"
  at_rest_encryption_enabled = false
}

#### fail: false by a variable default
variable "on" {
  type    = bool
  default = false
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id = "cache"
  at_rest_encryption_enabled = var.on
}

#### pass: true
resource "aws_elasticache_replication_group" "this" {
  replication_group_id = "cache"
  at_rest_encryption_enabled = true
}

#### pass: true by a local
locals {
  secure = true
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id = "cache"
  at_rest_encryption_enabled = local.secure
}

#### pass: not known
variable "on" {}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id = "cache"
  at_rest_encryption_enabled = var.on
}

