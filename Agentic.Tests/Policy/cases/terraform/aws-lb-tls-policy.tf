#### fail: no policy
resource "aws_lb_listener" "this" {
  load_balancer_arn = "arn:aws:lb"
  port = 443
  protocol = "HTTPS"
  default_action {
      type             = "forward"
      target_group_arn = "arn:aws:tg"
    }
}

#### fail: old
resource "aws_lb_listener" "this" {
  load_balancer_arn = "arn:aws:lb"
  port = 443
  protocol = "HTTPS"
  ssl_policy = "ELBSecurityPolicy-2016-08"
  default_action {
      type             = "forward"
      target_group_arn = "arn:aws:tg"
    }
}

#### pass: 1.2
resource "aws_lb_listener" "this" {
  load_balancer_arn = "arn:aws:lb"
  port = 443
  protocol = "HTTPS"
  ssl_policy = "ELBSecurityPolicy-TLS-1-2-2017-01"
  default_action {
      type             = "forward"
      target_group_arn = "arn:aws:tg"
    }
}

#### pass: 1.3
resource "aws_lb_listener" "this" {
  load_balancer_arn = "arn:aws:lb"
  port = 443
  protocol = "TLS"
  ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  default_action {
      type             = "forward"
      target_group_arn = "arn:aws:tg"
    }
}

#### pass: redirect
resource "aws_lb_listener" "this" {
  load_balancer_arn = "arn:aws:lb"
  port = 443
  protocol = "HTTP"
  default_action {
      type = "redirect"
      redirect {
        port        = "443"
        protocol    = "HTTPS"
        status_code = "HTTP_301"
      }
    }
}

