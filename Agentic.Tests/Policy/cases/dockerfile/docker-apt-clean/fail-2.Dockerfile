FROM debian:12.7-slim
RUN apt-get update && apt-get install -y curl && apt-get clean
RUN rm -rf /var/lib/apt/lists/*
