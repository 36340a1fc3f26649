FROM python:3.13.1-slim
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
