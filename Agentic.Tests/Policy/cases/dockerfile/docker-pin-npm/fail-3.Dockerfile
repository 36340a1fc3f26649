FROM node:22.11-slim
RUN npm i git+ssh://git.example.org/lib.git
