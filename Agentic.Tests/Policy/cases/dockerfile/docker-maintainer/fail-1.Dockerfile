FROM debian:12.7-slim
MAINTAINER someone@example.org
