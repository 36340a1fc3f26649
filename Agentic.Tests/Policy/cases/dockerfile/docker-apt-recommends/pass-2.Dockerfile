FROM debian:12.7-slim
RUN echo 'APT::Install-Recommends "false";' > /etc/apt/apt.conf.d/90lean
RUN apt-get install -y curl
