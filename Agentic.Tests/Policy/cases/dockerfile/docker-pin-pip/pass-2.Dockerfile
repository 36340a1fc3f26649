FROM python:3.13.1-slim
RUN pip install -r requirements.txt && pip install .
