FROM debian:12 AS Build
FROM alpine:3.20 as build
FROM scratch
