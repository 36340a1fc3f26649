#### fail: not set
resource "aws_lambda_function" "this" {
  function_name = "f"
  role = "arn:aws:iam::111122223333:role/f"
}

#### fail: empty block
resource "aws_lambda_function" "this" {
  function_name = "f"
  role = "arn:aws:iam::111122223333:role/f"
  tracing_config {
      mode = ""
    }
}

#### pass: active
resource "aws_lambda_function" "this" {
  function_name = "f"
  role = "arn:aws:iam::111122223333:role/f"
  tracing_config {
      mode = "Active"
    }
}

#### pass: pass through
resource "aws_lambda_function" "this" {
  function_name = "f"
  role = "arn:aws:iam::111122223333:role/f"
  tracing_config {
      mode = "PassThrough"
    }
}

