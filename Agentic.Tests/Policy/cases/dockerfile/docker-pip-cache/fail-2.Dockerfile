FROM python:3.13.1-slim
ENV PIP_NO_CACHE_DIR=0
RUN python -m pip install -r requirements.txt
