FROM debian:12.7-slim
RUN test -f a || echo 'a | b'
