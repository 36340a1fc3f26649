FROM --platform=linux/amd64 registry.example.org:5000/tools/base AS base
FROM base
