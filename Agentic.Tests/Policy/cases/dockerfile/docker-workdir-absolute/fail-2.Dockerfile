FROM debian:12.7-slim
WORKDIR "srv/app"
