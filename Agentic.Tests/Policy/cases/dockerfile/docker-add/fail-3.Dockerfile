FROM debian:12.7-slim
ADD archive.zip /opt/
