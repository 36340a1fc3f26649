#### fail: attachment
resource "aws_iam_user_policy_attachment" "this" {
  user = "ann"
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

#### fail: users
resource "aws_iam_policy_attachment" "this" {
  name = "x"
  users = [aws_iam_user.ann.name]
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_user" "ann" {
  name = "ann"
}

#### pass: group
resource "aws_iam_group_policy_attachment" "this" {
  group = "dev"
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

#### pass: roles only
resource "aws_iam_policy_attachment" "this" {
  name = "x"
  roles = ["app"]
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

