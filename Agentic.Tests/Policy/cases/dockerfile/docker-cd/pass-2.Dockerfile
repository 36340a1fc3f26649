FROM debian:12.7-slim
RUN cdrecord --version && echo "cd /src"
