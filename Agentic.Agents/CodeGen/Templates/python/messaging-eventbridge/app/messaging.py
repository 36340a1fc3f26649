"""Publishes events by putting them on an EventBridge bus; rules match by `detail-type`."""

from __future__ import annotations

import json
from typing import List

import boto3
from botocore.config import Config

from app import SERVICE
from app.publisher import Event, Publisher
from app.settings import Settings


def open_publisher(settings: Settings) -> Publisher:
    config = Config(connect_timeout=3, read_timeout=10, retries={"max_attempts": 4, "mode": "standard"})
    client = boto3.client("events", region_name=settings.aws_region, endpoint_url=settings.aws_endpoint or None, config=config)
    return EventBridgePublisher(client, settings.event_bus)


class EventBridgePublisher:
    def __init__(self, client, bus: str) -> None:
        self._client = client
        self._bus = bus

    def ping(self) -> None:
        self._client.describe_event_bus(Name=self._bus)

    def publish(self, events: List[Event]) -> List[Event]:
        entries = [
            {"EventBusName": self._bus, "Source": SERVICE, "DetailType": event.type, "Detail": json.dumps(event.as_json())}
            for event in events
        ]
        answer = self._client.put_events(Entries=entries)
        # Answers come in the order of the entries; one that was refused has an error code instead of an id.
        return [event for event, result in zip(events, answer["Entries"]) if "ErrorCode" not in result]
