FROM node:22.11-slim
RUN npm run install && npm install ./lib /opt/pkg.tgz
