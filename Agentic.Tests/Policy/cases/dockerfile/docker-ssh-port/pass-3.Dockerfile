FROM debian:12.7-slim
EXPOSE 22/udp 2222
