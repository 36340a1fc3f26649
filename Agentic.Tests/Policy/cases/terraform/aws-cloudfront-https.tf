#### fail: default
resource "aws_cloudfront_distribution" "this" {
  enabled = true
  default_cache_behavior {
      target_origin_id       = "o"
      viewer_protocol_policy = "allow-all"
    }
}

#### fail: one path
resource "aws_cloudfront_distribution" "this" {
  enabled = true
  default_cache_behavior {
      target_origin_id       = "o"
      viewer_protocol_policy = "https-only"
    }
  ordered_cache_behavior {
      path_pattern           = "/old/*"
      target_origin_id       = "o"
      viewer_protocol_policy = "allow-all"
    }
}

#### pass: redirect
resource "aws_cloudfront_distribution" "this" {
  enabled = true
  default_cache_behavior {
      target_origin_id       = "o"
      viewer_protocol_policy = "redirect-to-https"
    }
}

#### pass: https only
resource "aws_cloudfront_distribution" "this" {
  enabled = true
  default_cache_behavior {
      target_origin_id       = "o"
      viewer_protocol_policy = "https-only"
    }
}

