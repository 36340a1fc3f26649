FROM debian:12.7-slim
RUN apt-get -q install --no-install-recommends \
    curl \
    git
