#### fail: both
provider "aws" {
  region     = "eu-west-1"
  access_key = "AKIAIOSFODNN7EXAMPLE"
  secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
}

#### fail: alias
provider "aws" {
  alias      = "west"
  secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
}

#### pass: none
provider "aws" {
  region = "eu-west-1"
}

#### pass: variables
variable "key" {}

provider "aws" {
  access_key = var.key
  secret_key = var.key
}


#### fail: a key pair of no known shape
provider "aws" {
  region     = "eu-west-1"
  access_key = "AKIAOLDSTYLE"
  secret_key = "completelyrandomletters"
}

resource "aws_sns_topic" "this" {
  name = "orders"
}

#### pass: what an emulator takes
provider "aws" {
  region     = "eu-west-1"
  access_key = "test"
  secret_key = "mock_secret_key_for_tests"
}

resource "aws_sns_topic" "this" {
  name = "orders"
}
