FROM alpine:3.20
RUN apk add -t .build "gcc>13" musl-dev~1.2 && apk del .build
