#### fail: policy
resource "aws_iam_policy" "this" {
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
    })
}

#### fail: in a list
resource "aws_iam_role_policy" "this" {
  role = "app"
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = ["s3:Get*", "*"], Resource = ["*"] }]
    })
}

#### fail: document alone
data "aws_iam_policy_document" "admin" {
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}

#### fail: document used
data "aws_iam_policy_document" "admin" {
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "this" {
  policy = data.aws_iam_policy_document.admin.json
}

#### pass: named actions
resource "aws_iam_policy" "this" {
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "*" }]
    })
}

#### pass: deny
resource "aws_iam_policy" "this" {
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Deny", Action = "*", Resource = "*" }]
    })
}

#### pass: unknown
variable "actions" {}

resource "aws_iam_policy" "this" {
  policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = var.actions, Resource = "*" }]
    })
}

