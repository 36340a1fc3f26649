FROM python:3.13.1-slim
RUN pip3 install --index-url https://pypi.example.org/simple "requests[socks]" flask==3.0.3
