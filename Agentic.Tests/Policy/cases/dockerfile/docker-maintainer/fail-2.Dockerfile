from debian:12
maintainer team
