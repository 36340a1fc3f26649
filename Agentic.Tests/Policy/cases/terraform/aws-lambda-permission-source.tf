#### fail: no source
resource "aws_lambda_permission" "this" {
  action = "lambda:InvokeFunction"
  function_name = "f"
  principal = "s3.amazonaws.com"
}

#### fail: null source
variable "s" {
  default = null
}

resource "aws_lambda_permission" "this" {
  action = "lambda:InvokeFunction"
  function_name = "f"
  principal = "s3.amazonaws.com"
  source_arn = var.s
}

#### pass: arn
resource "aws_lambda_permission" "this" {
  action = "lambda:InvokeFunction"
  function_name = "f"
  principal = "s3.amazonaws.com"
  source_arn = "arn:aws:s3:::a"
}

#### pass: account
resource "aws_lambda_permission" "this" {
  action = "lambda:InvokeFunction"
  function_name = "f"
  principal = "s3.amazonaws.com"
  source_account = "111122223333"
}

#### pass: an account is not a service
resource "aws_lambda_permission" "this" {
  action = "lambda:InvokeFunction"
  function_name = "f"
  principal = "111122223333"
}

