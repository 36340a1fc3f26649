#### fail: not set
resource "aws_iam_account_password_policy" "this" {
  require_symbols = true
}

#### fail: too low
resource "aws_iam_account_password_policy" "this" {
  password_reuse_prevention = 5
}

#### pass: enough
resource "aws_iam_account_password_policy" "this" {
  password_reuse_prevention = 24
}

#### pass: a string
resource "aws_iam_account_password_policy" "this" {
  password_reuse_prevention = "24"
}

