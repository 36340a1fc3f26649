#### fail: key id
resource "aws_lambda_function" "this" {
  function_name = "f"
  role = "arn:aws:iam::111122223333:role/f"
  environment {
      variables = {
        ACCESS = "AKIAIOSFODNN7EXAMPLE"
      }
    }
}

#### fail: secret
resource "aws_lambda_function" "this" {
  function_name = "f"
  role = "arn:aws:iam::111122223333:role/f"
  environment {
      variables = {
        SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
      }
    }
}

#### pass: settings
resource "aws_lambda_function" "this" {
  function_name = "f"
  role = "arn:aws:iam::111122223333:role/f"
  environment {
      variables = {
        TABLE = "orders"
        COMMIT = "3f786850e387550fdab836ed7e6dc881de23001b"
      }
    }
}

#### pass: none
resource "aws_lambda_function" "this" {
  function_name = "f"
  role = "arn:aws:iam::111122223333:role/f"
}

