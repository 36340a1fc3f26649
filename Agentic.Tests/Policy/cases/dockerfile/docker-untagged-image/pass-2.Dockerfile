ARG BASE=debian
FROM ${BASE} AS build
FROM build
FROM scratch
