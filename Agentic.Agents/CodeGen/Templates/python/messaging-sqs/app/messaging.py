"""Publishes events by sending them to an SQS queue."""

from __future__ import annotations

import json
from typing import List

import boto3
from botocore.config import Config

from app.publisher import Event, Publisher
from app.settings import Settings


def open_publisher(settings: Settings) -> Publisher:
    config = Config(connect_timeout=3, read_timeout=10, retries={"max_attempts": 4, "mode": "standard"})
    client = boto3.client("sqs", region_name=settings.aws_region, endpoint_url=settings.aws_endpoint or None, config=config)
    return SqsPublisher(client, settings.queue_url)


class SqsPublisher:
    def __init__(self, client, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def ping(self) -> None:
        self._client.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=["QueueArn"])

    def publish(self, events: List[Event]) -> List[Event]:
        entries = [
            {
                "Id": str(place),
                "MessageBody": json.dumps(event.as_json()),
                "MessageAttributes": {"type": {"DataType": "String", "StringValue": event.type}},
            }
            for place, event in enumerate(events)
        ]
        answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
        return [events[int(sent["Id"])] for sent in answer.get("Successful", [])]
