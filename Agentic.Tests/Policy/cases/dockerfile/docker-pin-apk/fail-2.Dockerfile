FROM alpine:3.20
RUN apk --update add --virtual .build gcc=13.2.1 musl-dev
