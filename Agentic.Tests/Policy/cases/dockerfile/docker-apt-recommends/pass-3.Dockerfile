FROM debian:12.7-slim
RUN apt-get -o APT::Install-Recommends=false install -y curl
