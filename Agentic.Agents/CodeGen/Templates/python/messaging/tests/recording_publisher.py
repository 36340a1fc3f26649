from typing import List

from app.publisher import Event


class RecordingPublisher:
    """Confirms everything, unless told to fail first."""

    def __init__(self, failures: int = 0) -> None:
        self.events: List[Event] = []
        self.failures = failures

    def ping(self) -> None:
        pass

    def publish(self, events: List[Event]) -> List[Event]:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no broker")
        self.events += events
        return events
