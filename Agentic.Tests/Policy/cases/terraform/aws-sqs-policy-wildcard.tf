#### fail: everyone
resource "aws_sqs_queue_policy" "this" {
  queue_url = "https://q"
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "arn:aws:sqs:eu-west-1:111122223333:q" }]
    })
}

#### fail: every action
resource "aws_sqs_queue" "this" {
  name = "q"
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "sqs:*", Resource = "*" }]
    })
}

#### pass: from one topic
resource "aws_sqs_queue_policy" "this" {
  queue_url = "https://q"
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*", Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:sns:eu-west-1:111122223333:t" } } }]
    })
}

#### pass: named
resource "aws_sqs_queue_policy" "this" {
  queue_url = "https://q"
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = ["sqs:SendMessage"], Resource = "*" }]
    })
}

