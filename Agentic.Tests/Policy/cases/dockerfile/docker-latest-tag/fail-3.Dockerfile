ARG VERSION=latest
FROM nginx:${VERSION}
USER app
