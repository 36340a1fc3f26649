FROM python:3.13.1-slim
RUN pip install "flask>=3,<4" ./dist/app.whl git+https://git.example.org/tools/lib.git@v1.2
