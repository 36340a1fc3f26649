FROM debian:12.7-slim
RUN if [ -x /bin/ls ]; then /usr/bin/sudo ls; fi
