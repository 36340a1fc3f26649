import json

import boto3
from botocore.stub import Stubber

from app.messaging import SnsPublisher
from app.publisher import Event

TOPIC = "arn:aws:sns:eu-central-1:000000000000:events"
EVENTS = [Event(f"e{number}", "thing.created", "s", "2024-05-06T07:08:09.123Z", {"n": number}) for number in range(2)]


def stubbed():
    client = boto3.client("sns", region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")
    return client, Stubber(client)


def test_publishes_each_event_and_answers_what_was_confirmed():
    client, stub = stubbed()
    stub.add_response(
        "publish_batch",
        {"Successful": [{"Id": "1", "MessageId": "m"}], "Failed": [{"Id": "0", "SenderFault": False, "Code": "InternalError"}]},
        {
            "TopicArn": TOPIC,
            "PublishBatchRequestEntries": [
                {
                    "Id": str(place),
                    "Message": json.dumps(event.as_json()),
                    "MessageAttributes": {"type": {"DataType": "String", "StringValue": "thing.created"}},
                }
                for place, event in enumerate(EVENTS)
            ],
        },
    )

    with stub:
        assert SnsPublisher(client, TOPIC).publish(EVENTS) == [EVENTS[1]]


def test_asks_for_the_topic_when_it_is_pinged():
    client, stub = stubbed()
    stub.add_response("get_topic_attributes", {}, {"TopicArn": TOPIC})

    with stub:
        SnsPublisher(client, TOPIC).ping()
    stub.assert_no_pending_responses()
