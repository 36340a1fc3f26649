FROM debian:12
# MAINTAINER was here
USER app
