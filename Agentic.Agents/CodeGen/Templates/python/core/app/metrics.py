"""Prometheus metrics; one registry per application, so that tests do not share counters."""

from __future__ import annotations

import logging
import time

from fastapi import FastAPI, Request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from starlette.responses import Response

from app.logs import begin_trace

log = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "http_requests_total", "HTTP requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self.durations = Histogram(
            "http_request_duration_seconds", "Time to answer an HTTP request.", ["method", "route"], registry=self.registry
        )
        self.calls = Counter(
            "calls_total", "Remote calls and messages handled, by outcome.", ["name", "outcome"], registry=self.registry
        )

    def render(self) -> bytes:
        return generate_latest(self.registry)

    def measure(self, app: FastAPI) -> None:
        """Counts, times, traces and logs every request of the application."""

        @app.middleware("http")
        async def observe(request: Request, call_next) -> Response:
            trace = begin_trace(request.headers.get("traceparent", ""))
            started = time.perf_counter()
            status = 500
            try:
                response = await call_next(request)
                status = response.status_code
                response.headers["X-Trace-Id"] = trace
                return response
            finally:
                # The route's pattern, never the path: an id in a label would make a series per record.
                route = getattr(request.scope.get("route"), "path", "unmatched")
                elapsed = time.perf_counter() - started
                self.requests.labels(request.method, route, str(status)).inc()
                self.durations.labels(request.method, route).observe(elapsed)
                log.info(
                    "request handled",
                    extra={
                        "fields": {
                            "method": request.method,
                            "route": route,
                            "status": status,
                            "durationMs": round(elapsed * 1000, 1),
                        }
                    },
                )
