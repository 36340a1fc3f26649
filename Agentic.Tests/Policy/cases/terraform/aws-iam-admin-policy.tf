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

#### fail: variant, one statement that is no list
resource "aws_iam_policy" "a" {
 name="x"
 policy = jsonencode({Version="2012-10-17", Statement={Effect="Allow", Action="*", Resource="*"}})
}

#### fail: variant, a here-document with lists
resource "aws_iam_policy" "a" {
 name="x"
 policy = <<EOF
{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["*"],"Resource":["*"]}]}
EOF

}

#### fail: variant, an indented here-document
resource "aws_iam_policy" "a" {
 name="x"
 policy = <<-EOF
  {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*:*","Resource":"*"}]}
  EOF

}

#### fail: variant, a policy document
data "aws_iam_policy_document" "d" {
 statement {
 actions=["*"]
 resources=["*"]
 }
}
resource "aws_iam_policy" "a" {
 name="x"
 policy = data.aws_iam_policy_document.d.json
}

#### fail: variant, statements from a local
locals { st = [{Effect="Allow", Action=["s3:*","*"], Resource=["*","arn:aws:s3:::a"]}] }
resource "aws_iam_policy" "a" {
 name="x"
 policy = jsonencode({Version="2012-10-17", Statement=local.st})
}

#### fail: variant, a document made of another
data "aws_iam_policy_document" "base" {
 statement {
 actions=["*"]
 resources=["*"]
 }
}
data "aws_iam_policy_document" "d" {
 source_policy_documents=[data.aws_iam_policy_document.base.json]
}
resource "aws_iam_policy" "a" {
 name="x"
 policy = data.aws_iam_policy_document.d.json
}

#### fail: variant, an inline policy of a role
resource "aws_iam_role" "r" {
 assume_role_policy=jsonencode({Statement=[]})
 inline_policy {
 name="x"
 policy=jsonencode({Statement=[{Effect="Allow",Action="*",Resource="*"}]})
 }
}

#### pass: variant, a denial
resource "aws_iam_policy" "a" {
 name="x"
 policy = jsonencode({Statement=[{Effect="Deny", Action="*", Resource="*"}]})
}

#### pass: variant, every action on one bucket
resource "aws_iam_policy" "a" {
 name="x"
 policy = jsonencode({Statement=[{Effect="Allow", Action="*", Resource=aws_s3_bucket.b.arn}]})
}

#### pass: variant, every action of one service
resource "aws_iam_policy" "a" {
 name="x"
 policy = jsonencode({Statement=[{Effect="Allow", Action="s3:*", Resource="*"}]})
}

#### pass: variant, a document that denies
data "aws_iam_policy_document" "d" {
 statement {
 effect="Deny"
 actions=["*"]
 resources=["*"]
 }
}
resource "aws_iam_policy" "a" {
 name="x"
 policy = data.aws_iam_policy_document.d.json
}
