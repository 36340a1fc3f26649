FROM debian:12.7-slim
WORKDIR ${HOME}/app
