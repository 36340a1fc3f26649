import json

import boto3
from botocore.stub import Stubber

from app import SERVICE
from app.messaging import EventBridgePublisher
from app.publisher import Event

EVENTS = [Event(f"e{number}", "thing.created", "s", "2024-05-06T07:08:09.123Z", {"n": number}) for number in range(2)]


def stubbed():
    client = boto3.client("events", region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")
    return client, Stubber(client)


def test_puts_each_event_and_answers_what_was_confirmed():
    client, stub = stubbed()
    stub.add_response(
        "put_events",
        {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}, {"EventId": "m"}]},
        {
            "Entries": [
                {"EventBusName": "bus", "Source": SERVICE, "DetailType": "thing.created", "Detail": json.dumps(event.as_json())}
                for event in EVENTS
            ]
        },
    )

    with stub:
        assert EventBridgePublisher(client, "bus").publish(EVENTS) == [EVENTS[1]]


def test_asks_for_the_bus_when_it_is_pinged():
    client, stub = stubbed()
    stub.add_response("describe_event_bus", {"Name": "bus"}, {"Name": "bus"})

    with stub:
        EventBridgePublisher(client, "bus").ping()
    stub.assert_no_pending_responses()
