FROM debian:12.7-slim
HEALTHCHECK --interval=30s CMD ["/app","health"]
