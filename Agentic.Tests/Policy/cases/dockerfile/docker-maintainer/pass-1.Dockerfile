FROM debian:12.7-slim
LABEL maintainer="team@example.org"
