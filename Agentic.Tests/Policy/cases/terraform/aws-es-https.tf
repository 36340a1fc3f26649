#### fail: switched off
resource "aws_elasticsearch_domain" "this" {
  domain_name = "search"
  domain_endpoint_options {
      enforce_https = false
    }
}

#### fail: switched off, new name
resource "aws_opensearch_domain" "this" {
  domain_name = "search"
  domain_endpoint_options {
      enforce_https       = false
      tls_security_policy = "Policy-Min-TLS-1-2-2019-07"
    }
}

#### pass: enforced
resource "aws_elasticsearch_domain" "this" {
  domain_name = "search"
  domain_endpoint_options {
      enforce_https = true
    }
}

#### pass: enforced, new name
resource "aws_opensearch_domain" "this" {
  domain_name = "search"
  domain_endpoint_options {
      enforce_https = true
    }
}

