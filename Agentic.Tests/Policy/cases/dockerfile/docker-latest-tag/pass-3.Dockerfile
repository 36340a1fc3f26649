FROM debian:latest-slim
