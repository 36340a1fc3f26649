FROM debian:12.7-slim
RUN apt-get install -y ./tool.deb /tmp/other.deb
