import json

import boto3
from botocore.stub import ANY, Stubber

from app.messaging import SqsPublisher
from app.publisher import Event

EVENTS = [Event(f"e{number}", "thing.created", "s", "2024-05-06T07:08:09.123Z", {"n": number}) for number in range(2)]


def stubbed():
    client = boto3.client("sqs", region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")
    return client, Stubber(client)


def test_sends_each_event_and_answers_what_was_confirmed():
    client, stub = stubbed()
    confirmed = {"Id": "1", "MessageId": "m", "MD5OfMessageBody": "x"}
    refused = {"Id": "0", "SenderFault": False, "Code": "InternalError"}
    stub.add_response(
        "send_message_batch",
        {"Successful": [confirmed], "Failed": [refused]},
        {
            "QueueUrl": "http://queue",
            "Entries": [
                {
                    "Id": str(place),
                    "MessageBody": json.dumps(event.as_json()),
                    "MessageAttributes": {"type": {"DataType": "String", "StringValue": "thing.created"}},
                }
                for place, event in enumerate(EVENTS)
            ],
        },
    )

    with stub:
        assert SqsPublisher(client, "http://queue").publish(EVENTS) == [EVENTS[1]]


def test_asks_for_the_queue_when_it_is_pinged():
    client, stub = stubbed()
    stub.add_response("get_queue_attributes", {}, {"QueueUrl": "http://queue", "AttributeNames": ANY})

    with stub:
        SqsPublisher(client, "http://queue").ping()
    stub.assert_no_pending_responses()
