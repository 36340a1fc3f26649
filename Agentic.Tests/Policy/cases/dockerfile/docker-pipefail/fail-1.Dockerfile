FROM debian:12.7-slim
RUN curl -fsSL https://example.org/key | gpg --dearmor > /etc/key.gpg
