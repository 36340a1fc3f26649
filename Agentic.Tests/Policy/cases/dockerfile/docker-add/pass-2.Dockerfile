FROM debian:12.7-slim
ADD --checksum=sha256:abababababababababababababababababababababababababababababababab https://example.org/tool.bin /usr/bin/tool
