#### fail: http
resource "aws_lb_listener" "this" {
  load_balancer_arn = "arn:aws:lb"
  port = 443
  protocol = "HTTP"
  default_action {
      type             = "forward"
      target_group_arn = "arn:aws:tg"
    }
}

#### fail: redirect to http
resource "aws_lb_listener" "this" {
  load_balancer_arn = "arn:aws:lb"
  port = 443
  protocol = "HTTP"
  default_action {
      type = "redirect"
      redirect {
        port        = "8080"
        protocol    = "HTTP"
        status_code = "HTTP_301"
      }
    }
}

#### pass: https
resource "aws_lb_listener" "this" {
  load_balancer_arn = "arn:aws:lb"
  port = 443
  protocol = "HTTPS"
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

#### pass: tcp
resource "aws_lb_listener" "this" {
  load_balancer_arn = "arn:aws:lb"
  port = 443
  protocol = "TCP"
  default_action {
      type             = "forward"
      target_group_arn = "arn:aws:tg"
    }
}

