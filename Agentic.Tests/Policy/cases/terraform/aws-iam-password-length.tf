#### fail: not set
resource "aws_iam_account_password_policy" "this" {
  require_symbols = true
}

#### fail: too low
resource "aws_iam_account_password_policy" "this" {
  minimum_password_length = 8
}

#### pass: enough
resource "aws_iam_account_password_policy" "this" {
  minimum_password_length = 14
}

#### pass: a string
resource "aws_iam_account_password_policy" "this" {
  minimum_password_length = "14"
}

