#### fail: capitals
resource "aws_sqs_queue" "OrderQueue" {
  name = "q"
}

#### fail: starts with an underscore
resource "aws_sqs_queue" "_queue" {
  name = "q"
}

#### pass: snake case
resource "aws_sqs_queue" "order_queue" {
  name = "q"
}

#### pass: hyphens
resource "aws_sqs_queue" "order-queue" {
  name = "q"
}

