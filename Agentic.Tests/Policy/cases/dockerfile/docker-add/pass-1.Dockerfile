FROM debian:12.7-slim
COPY src /app
ADD rootfs.tar.xz /
