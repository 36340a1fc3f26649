FROM golang:1.23 AS build
FROM registry.example.org:5000/base:latest as run
