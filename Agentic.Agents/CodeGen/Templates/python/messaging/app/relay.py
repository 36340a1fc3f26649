"""Takes events that wait in the store to the broker: each at least once, oldest first."""

from __future__ import annotations

import logging
import threading
from typing import Optional

from app.metrics import Metrics
from app.publisher import Publisher
from app.repository import Repository

log = logging.getLogger(__name__)

BATCH = 10
LONGEST_PAUSE = 30.0


class Relay:
    def __init__(self, repository: Repository, publisher: Publisher, metrics: Metrics, interval: float) -> None:
        self._repository = repository
        self._publisher = publisher
        self._metrics = metrics
        self._interval = interval
        self._stopping = threading.Event()
        self._thread: Optional[threading.Thread] = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Publishes what waits, once more, and ends. What still waits then is taken by the next instance."""
        self._stopping.set()
        if self._thread:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        pause = self._interval
        while True:
            last_round = self._stopping.is_set()
            try:
                while self.relay_once():
                    pass
                pause = self._interval
            except Exception as problem:  # whatever the broker or the store raises: the events wait
                log.warning("events wait", extra={"fields": {"problem": str(problem)}})
                self._metrics.calls.labels("publish", "failed").inc()
                pause = min(pause * 2, LONGEST_PAUSE)
            if last_round:
                return
            self._stopping.wait(pause)

    def relay_once(self) -> bool:
        """True when a whole batch was published, so that there may be more."""
        waiting = self._repository.pending(BATCH)
        if not waiting:
            return False
        confirmed = self._publisher.publish(waiting)
        self._repository.published(confirmed)
        self._metrics.calls.labels("publish", "ok").inc(len(confirmed))
        if len(confirmed) < len(waiting):
            raise RuntimeError(f"{len(waiting) - len(confirmed)} events were refused by the broker")
        return len(waiting) == BATCH
