FROM debian:12.7-slim
RUN bash -eu <<EOF
curl -fsS https://example.org/a.tar | tar -x
EOF
