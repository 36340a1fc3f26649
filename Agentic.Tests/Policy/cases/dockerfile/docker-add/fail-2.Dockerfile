FROM debian:12.7-slim
ADD ["config.yml", "entry.sh", "/etc/app/"]
