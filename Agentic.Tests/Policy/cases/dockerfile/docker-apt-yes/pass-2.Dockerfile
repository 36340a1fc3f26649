FROM debian:12.7-slim
RUN apt-get -yqq install curl && apt-get install --assume-yes git && apt-get install -qq jq
