FROM debian:12.7-slim
CMD python app.py
