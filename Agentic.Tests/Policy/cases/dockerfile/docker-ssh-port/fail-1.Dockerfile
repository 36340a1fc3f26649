FROM debian:12.7-slim
EXPOSE 80 22
