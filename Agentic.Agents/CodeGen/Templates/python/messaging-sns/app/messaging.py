"""Publishes events to an SNS topic; subscribers may filter by the attribute `type`."""

from __future__ import annotations

import json
from typing import List

import boto3
from botocore.config import Config

from app.publisher import Event, Publisher
from app.settings import Settings


def open_publisher(settings: Settings) -> Publisher:
    config = Config(connect_timeout=3, read_timeout=10, retries={"max_attempts": 4, "mode": "standard"})
    client = boto3.client("sns", region_name=settings.aws_region, endpoint_url=settings.aws_endpoint or None, config=config)
    return SnsPublisher(client, settings.topic_arn)


class SnsPublisher:
    def __init__(self, client, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def ping(self) -> None:
        self._client.get_topic_attributes(TopicArn=self._topic_arn)

    def publish(self, events: List[Event]) -> List[Event]:
        entries = [
            {
                "Id": str(place),
                "Message": json.dumps(event.as_json()),
                "MessageAttributes": {"type": {"DataType": "String", "StringValue": event.type}},
            }
            for place, event in enumerate(events)
        ]
        answer = self._client.publish_batch(TopicArn=self._topic_arn, PublishBatchRequestEntries=entries)
        return [events[int(sent["Id"])] for sent in answer.get("Successful", [])]
