FROM debian:12.7-slim
RUN apt-get update && apt-get upgrade -y
