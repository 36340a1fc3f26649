FROM python:3.13.1-slim
RUN pip install flask
