FROM debian:12.7-slim
ARG WHO=root
USER $WHO
