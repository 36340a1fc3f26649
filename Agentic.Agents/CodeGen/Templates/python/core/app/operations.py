"""What the platform asks of a service: is it alive, is it ready, what does it count."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as CheckTimeout
from typing import Callable, Dict, Tuple

from fastapi import FastAPI
from starlette.responses import JSONResponse, Response

from app.metrics import CONTENT_TYPE, Metrics

log = logging.getLogger(__name__)

CHECK_SECONDS = 2.0


class Readiness:
    """Ready when started, not draining, and every dependency answers."""

    def __init__(self, checks: Dict[str, Callable[[], None]]) -> None:
        self._checks = dict(checks)
        self._accepting = False
        self._workers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="ready")

    def add(self, name: str, check: Callable[[], None]) -> None:
        self._checks[name] = check

    def accept(self) -> None:
        self._accepting = True

    def drain(self) -> None:
        self._accepting = False
        self._workers.shutdown(wait=False)

    def check(self) -> Tuple[bool, Dict[str, str]]:
        if not self._accepting:
            return False, {"service": "draining"}
        running = {name: self._workers.submit(check) for name, check in self._checks.items()}
        found: Dict[str, str] = {}
        for name, check in running.items():
            try:
                check.result(timeout=CHECK_SECONDS)
                found[name] = "ok"
            except CheckTimeout:
                found[name] = "timeout"
            except Exception as problem:  # whatever a driver raises, the answer is: not ready
                # The driver's text may name hosts and users; it goes to the log, not to the caller.
                log.warning("dependency check failed", extra={"fields": {"dependency": name, "problem": str(problem)}})
                found[name] = "unavailable"
        return all(state == "ok" for state in found.values()), found


def add_operations(app: FastAPI, readiness: Readiness, metrics: Metrics) -> None:
    @app.get("/health", include_in_schema=False)
    def health() -> Response:
        return JSONResponse({"status": "ok"})

    @app.get("/ready", include_in_schema=False)
    def ready() -> Response:
        is_ready, checks = readiness.check()
        return JSONResponse({"status": "ready" if is_ready else "unavailable", "checks": checks}, 200 if is_ready else 503)

    @app.get("/metrics", include_in_schema=False)
    def scrape() -> Response:
        return Response(metrics.render(), media_type=CONTENT_TYPE)
