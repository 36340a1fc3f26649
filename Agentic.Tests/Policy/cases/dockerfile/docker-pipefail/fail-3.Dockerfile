FROM debian:12.7-slim
RUN echo $(ls | wc -l)
