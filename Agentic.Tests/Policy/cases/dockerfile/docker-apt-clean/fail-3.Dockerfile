FROM debian:12 AS base
RUN apt update && apt install -y curl
FROM base
USER app
