FROM debian:12.7-slim
RUN apt-get update && sudo apt-get install -y curl
