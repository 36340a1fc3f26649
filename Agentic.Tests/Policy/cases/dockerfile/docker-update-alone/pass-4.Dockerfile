FROM debian:12.7-slim
RUN make update
