FROM debian:12.7-slim
RUN echo 'sudo make me a sandwich' > /etc/motd
