#### fail: policy
resource "aws_iam_policy" "this" {
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "*", Resource = "arn:aws:s3:::a" }]
    })
}

#### fail: heredoc
resource "aws_iam_group_policy" "this" {
  group = "dev"
  policy = <<POLICY
{ "Statement": { "Effect": "Allow", "Action": ["*"], "Resource": "arn:aws:s3:::a" } }
POLICY
}

#### fail: document alone
data "aws_iam_policy_document" "star" {
  statement {
    effect    = "Allow"
    actions   = ["*"]
    resources = ["arn:aws:s3:::a"]
  }
}

#### pass: a service
resource "aws_iam_policy" "this" {
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]
    })
}

#### pass: deny
data "aws_iam_policy_document" "none" {
  statement {
    effect    = "Deny"
    actions   = ["*"]
    resources = ["*"]
  }
}

