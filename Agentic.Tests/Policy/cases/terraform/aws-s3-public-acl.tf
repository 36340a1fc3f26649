#### fail: public-read on the bucket
resource "aws_s3_bucket" "this" {
  bucket = "a"
  acl = "public-read"
}

#### fail: acl resource
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_acl" "this" {
  bucket = aws_s3_bucket.data.id
  acl = "public-read-write"
}

#### fail: grant to everyone
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_acl" "this" {
  bucket = aws_s3_bucket.data.id
  access_control_policy {
      grant {
        grantee {
          type = "Group"
          uri  = "http://acs.amazonaws.com/groups/global/AllUsers"
        }
        permission = "READ"
      }
      owner {
        id = "abc"
      }
    }
}

#### pass: private
resource "aws_s3_bucket" "this" {
  bucket = "a"
  acl = "private"
}

#### pass: none
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

#### pass: not known
variable "acl" {}

resource "aws_s3_bucket" "this" {
  bucket = "a"
  acl = var.acl
}


#### fail: two buckets of one name, told apart by their labels
resource "aws_s3_bucket" "data" {
  bucket = "example"
}

resource "aws_s3_bucket" "open" {
  bucket = "example"
}

resource "aws_s3_bucket_acl" "open" {
  bucket = aws_s3_bucket.open.id
  acl    = "public-read"
}
