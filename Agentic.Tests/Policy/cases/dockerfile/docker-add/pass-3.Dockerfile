FROM debian:12.7-slim
ADD <<EOF /etc/motd
hello
EOF
