"""Events as a function's triggers send them, built from the account's own resource names.

::

    generated.py     from a way in to its event
    messages.py      SQS, SNS, Kinesis, DynamoDB, Kafka, MQ, DocumentDB, Firehose, log subscriptions
    requests.py      API Gateway (REST, HTTP, WebSocket), function URL, load balancer
    notices.py       S3, EventBridge, schedules, and services that a policy lets in
    pattern.py       something that a pattern lets through
    shrink.py        the smallest event that still does the same

Source: "Invoking Lambda with events from other AWS services" in the Lambda developer guide, and the services' own pages.
"""
