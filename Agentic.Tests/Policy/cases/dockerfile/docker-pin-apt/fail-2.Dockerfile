FROM debian:12.7-slim
ENV PACKAGES="curl git"
RUN apt-get install -y $PACKAGES
