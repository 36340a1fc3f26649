FROM debian:12.7-slim
RUN ["sudo", "make", "install"]
