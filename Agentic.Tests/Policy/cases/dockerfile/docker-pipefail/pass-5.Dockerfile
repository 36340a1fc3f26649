FROM debian:12.7-slim
RUN ["/bin/bash", "-o", "pipefail", "-c", "cat a | wc -l"]
