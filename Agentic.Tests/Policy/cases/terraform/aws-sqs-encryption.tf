#### fail: not set
resource "aws_sqs_queue" "this" {
  name = "q"
}

#### fail: switched off
resource "aws_sqs_queue" "this" {
  name = "q"
  sqs_managed_sse_enabled = false
}

#### pass: managed
resource "aws_sqs_queue" "this" {
  name = "q"
  sqs_managed_sse_enabled = true
}

#### pass: key
resource "aws_sqs_queue" "this" {
  name = "q"
  kms_master_key_id = "alias/orders"
}

