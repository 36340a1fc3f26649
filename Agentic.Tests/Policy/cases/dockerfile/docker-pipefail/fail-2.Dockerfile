FROM debian:12.7-slim
SHELL ["/bin/sh", "-o", "pipefail", "-c"]
RUN cat a | wc -l
