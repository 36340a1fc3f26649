FROM node:22.11-slim
RUN npm install -g --registry https://npm.example.org @angular/cli
