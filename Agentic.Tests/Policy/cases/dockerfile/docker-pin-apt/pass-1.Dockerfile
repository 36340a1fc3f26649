FROM debian:12.7-slim
RUN apt-get install -y curl=8.5.0-2 git=1:2.39.*
