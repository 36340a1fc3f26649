FROM debian:12.7-slim
RUN cd /src && make
