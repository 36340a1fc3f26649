FROM python:3.13.1-slim
RUN python3 -m pip install --no-cache-dir --upgrade pip
