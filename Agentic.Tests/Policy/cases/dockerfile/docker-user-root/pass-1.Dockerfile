FROM debian:12.7-slim
USER root
RUN id
USER app
