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

