FROM debian:12.7-slim
RUN rm -f /etc/apt/apt.conf.d/docker-clean
RUN --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y curl
