FROM debian:12.7-slim
RUN set -e; \
    # into the tree
    cd /src; \
    make
