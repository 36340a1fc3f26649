#### fail: not set
resource "aws_apigatewayv2_stage" "this" {
  api_id = "a1"
  name = "live"
}

#### fail: empty
resource "aws_apigatewayv2_stage" "this" {
  api_id = "a1"
  name = "live"
  access_log_settings {
      destination_arn = ""
    }
}

#### fail: null
variable "v" {
  default = null
}

resource "aws_apigatewayv2_stage" "this" {
  api_id = "a1"
  name = "live"
  access_log_settings {
      destination_arn = var.v
    }
}

#### pass: reference
resource "aws_cloudwatch_log_group" "api" {
  name = "/api"
}

resource "aws_apigatewayv2_stage" "this" {
  api_id = "a1"
  name = "live"
  access_log_settings {
      destination_arn = aws_cloudwatch_log_group.api.arn
    }
}

#### pass: literal
resource "aws_apigatewayv2_stage" "this" {
  api_id = "a1"
  name = "live"
  access_log_settings {
      destination_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/api"
    }
}

