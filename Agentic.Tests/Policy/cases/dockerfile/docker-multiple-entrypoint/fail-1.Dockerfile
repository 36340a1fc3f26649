FROM debian:12.7-slim
ENTRYPOINT ["a"]
ENTRYPOINT ["b"]
