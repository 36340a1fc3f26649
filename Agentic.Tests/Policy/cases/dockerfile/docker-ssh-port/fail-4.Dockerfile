FROM debian:12.7-slim
EXPOSE 20-25
