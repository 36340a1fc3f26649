#### fail: not set
resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
}

#### fail: zero
resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  backup_retention_period = 0
}

#### fail: cluster zero
resource "aws_rds_cluster" "this" {
  engine = "aurora"
  backup_retention_period = 0
}

#### pass: a week
resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  backup_retention_period = 7
}

#### pass: cluster keeps a day by default
resource "aws_rds_cluster" "this" {
  engine = "aurora"
}

#### pass: computed
resource "aws_db_instance" "this" {
  engine = "postgres"
  instance_class = "db.t4g.medium"
  backup_retention_period = max(7, 14)
}

