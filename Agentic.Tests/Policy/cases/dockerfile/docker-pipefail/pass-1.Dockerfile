FROM debian:12.7-slim
SHELL ["/bin/bash", "-eo", "pipefail", "-c"]
RUN cat a | wc -l
