FROM debian:12.7-slim
EXPOSE 8080/tcp
