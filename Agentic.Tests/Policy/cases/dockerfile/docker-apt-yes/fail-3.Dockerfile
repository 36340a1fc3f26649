FROM debian:12.7-slim
RUN <<EOF
apt-get update
apt-get install git
EOF
