FROM node:22.11-slim
RUN npm install -g npm@10.9.0 @angular/cli@18.2.1
