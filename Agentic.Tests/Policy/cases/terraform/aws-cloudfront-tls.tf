#### fail: default certificate
resource "aws_cloudfront_distribution" "this" {
  enabled = true
  default_cache_behavior {
      target_origin_id       = "o"
      viewer_protocol_policy = "https-only"
    }
  viewer_certificate {
      cloudfront_default_certificate = true
    }
}

#### fail: old
resource "aws_cloudfront_distribution" "this" {
  enabled = true
  default_cache_behavior {
      target_origin_id       = "o"
      viewer_protocol_policy = "https-only"
    }
  viewer_certificate {
      acm_certificate_arn      = "arn:aws:acm"
      minimum_protocol_version = "TLSv1.1_2016"
    }
}

#### pass: 2021
resource "aws_cloudfront_distribution" "this" {
  enabled = true
  default_cache_behavior {
      target_origin_id       = "o"
      viewer_protocol_policy = "https-only"
    }
  viewer_certificate {
      acm_certificate_arn      = "arn:aws:acm"
      minimum_protocol_version = "TLSv1.2_2021"
    }
}

#### pass: 2019
resource "aws_cloudfront_distribution" "this" {
  enabled = true
  default_cache_behavior {
      target_origin_id       = "o"
      viewer_protocol_policy = "https-only"
    }
  viewer_certificate {
      acm_certificate_arn      = "arn:aws:acm"
      minimum_protocol_version = "TLSv1.2_2019"
    }
}

