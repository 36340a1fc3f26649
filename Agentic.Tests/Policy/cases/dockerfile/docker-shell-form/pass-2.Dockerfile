FROM debian:12.7-slim
ENTRYPOINT ["python", \
  "app.py"]
HEALTHCHECK CMD curl -f localhost
