FROM node:22.11-slim
RUN npm install && npm ci --omit=dev
