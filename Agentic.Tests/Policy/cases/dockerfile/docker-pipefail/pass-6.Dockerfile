FROM debian:12.7-slim
RUN case "$(uname -m)" in x86_64|amd64) echo a;; *) echo b;; esac
