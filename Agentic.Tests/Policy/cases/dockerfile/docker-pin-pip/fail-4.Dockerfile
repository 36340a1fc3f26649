FROM python:3.13.1-slim
RUN pip install git+https://git.example.org/tools/lib.git
