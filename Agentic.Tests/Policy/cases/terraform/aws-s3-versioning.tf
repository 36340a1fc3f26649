#### fail: none
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

#### fail: suspended
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.data.id
  versioning_configuration {
      status = "Suspended"
    }
}

#### fail: inline off
resource "aws_s3_bucket" "this" {
  bucket = "a"
  versioning {
      enabled = false
    }
}

#### pass: enabled
resource "aws_s3_bucket" "data" {
  bucket = "orders"
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.data.id
  versioning_configuration {
      status = "Enabled"
    }
}

#### pass: inline
resource "aws_s3_bucket" "this" {
  bucket = "a"
  versioning {
      enabled = true
    }
}

#### pass: same unknown name
variable "name" {}

resource "aws_s3_bucket" "data" {
  bucket = var.name
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = var.name
  versioning_configuration {
      status = "Enabled"
    }
}

#### fail: variant, suspended
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_versioning" "v" {
 bucket=aws_s3_bucket.b.id
 versioning_configuration { status="Suspended" }
}

#### fail: variant, switched off in the bucket
resource "aws_s3_bucket" "b" {
 versioning { enabled=false }
}

#### pass: variant, for each bucket of a resource
resource "aws_s3_bucket" "b" {
 for_each=toset(["a","b"])
 bucket=each.key
}
resource "aws_s3_bucket_versioning" "v" {
 for_each=aws_s3_bucket.b
 bucket=each.value.id
 versioning_configuration { status="Enabled" }
}

#### pass: variant, counted alike
resource "aws_s3_bucket" "b" {
 count=2
}
resource "aws_s3_bucket_versioning" "v" {
 count=2
 bucket=aws_s3_bucket.b[count.index].bucket
 versioning_configuration { status="Enabled" }
}

#### pass: variant, the same literal name
resource "aws_s3_bucket" "b" {
 bucket="x"
}
resource "aws_s3_bucket_versioning" "v" {
 bucket="x"
 versioning_configuration { status="Enabled" }
}

#### pass: variant, the same computed name
locals { n="x" }
resource "aws_s3_bucket" "b" {
 bucket="${local.n}-data"
}
resource "aws_s3_bucket_versioning" "v" {
 bucket=format("%s-data", local.n)
 versioning_configuration { status=true ? "Enabled" : "Suspended" }
}

#### pass: variant, a splat of one
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_versioning" "v" {
 bucket=one(aws_s3_bucket.b[*].id)
 versioning_configuration { status="Enabled" }
}

#### pass: variant, a dynamic block
resource "aws_s3_bucket" "b" {
 dynamic "versioning" {
 for_each=[true]
 content { enabled=versioning.value }
 }
}
