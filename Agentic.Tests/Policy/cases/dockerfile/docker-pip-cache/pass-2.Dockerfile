FROM python:3.13 AS base
ENV PIP_NO_CACHE_DIR=1
FROM base
RUN pip install -r requirements.txt
