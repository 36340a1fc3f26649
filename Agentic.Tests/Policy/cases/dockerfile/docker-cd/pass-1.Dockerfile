FROM debian:12.7-slim
WORKDIR /src
RUN make
