FROM debian:12.7-slim
RUN set -o pipefail && cat a | wc -l
