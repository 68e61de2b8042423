"""Events of services that tell a function of something: S3, EventBridge, schedules, and those that only a resource policy tells of."""

import json
from typing import Any

from doctor.model import arns
from doctor.model.invoker import Invoker
from doctor.sandbox.events.pattern import example, merged
from doctor.sandbox.events.stamp import Stamp

Event = dict[str, Any]


def s3(way: Invoker, stamp: Stamp) -> Event:
    """One object made, or what else the notification is for, under a key that its filter lets through."""
    bucket = way.source.rpartition(":")[2] or "example"
    rules = way.facts.get("filter", {}).get("Key", {}).get("FilterRules", ())
    parts = {str(one.get("Name", "")).lower(): str(one.get("Value", "")) for one in rules}
    kind = str(next(iter(way.facts.get("events", ())), "s3:ObjectCreated:*")).removeprefix("s3:")
    first = {"ObjectCreated:*": "ObjectCreated:Put", "ObjectRemoved:*": "ObjectRemoved:Delete"}
    key = f"{parts.get('prefix', '')}example{parts.get('suffix', '')}"
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": stamp.region,
                "eventTime": stamp.precise,
                "eventName": first.get(kind, kind.replace(":*", ":Example")),
                "userIdentity": {"principalId": "EXAMPLE"},
                "requestParameters": {"sourceIPAddress": "192.0.2.1"},
                "responseElements": {"x-amz-request-id": "EXAMPLE", "x-amz-id-2": "EXAMPLE"},
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": way.facts.get("id") or "example",
                    "bucket": {
                        "name": bucket,
                        "ownerIdentity": {"principalId": "EXAMPLE"},
                        "arn": f"arn:aws:s3:::{bucket}",
                    },
                    "object": {
                        "key": key,
                        "size": 1024,
                        "eTag": stamp.token("etag", 32),
                        "sequencer": "0A1B2C3D4E5F678901",
                    },
                },
            }
        ]
    }


def events(way: Invoker, stamp: Stamp) -> Any:
    """What a rule sends: its target's own input, a schedule's, or an event that its pattern lets through."""
    own = _input(way)
    if own is not None:
        return own
    scheduled = bool(way.facts.get("schedule")) and not way.facts.get("pattern")
    event: Event = {
        "version": "0",
        "id": stamp.id("event"),
        "detail-type": "Scheduled Event" if scheduled else "example",
        "source": "aws.events" if scheduled else "example",
        "account": stamp.account,
        "time": stamp.iso,
        "region": stamp.region,
        "resources": [way.source] if scheduled and way.source else [],
        "detail": {},
    }
    pattern = _pattern(way.facts.get("pattern"))
    for name, value in example(pattern).items():
        event[name] = [value] if name == "resources" else merged(event.get(name), value)
    return event


def _input(way: Invoker) -> Any:
    """The constant text that a target is sent; ``None``: there is none, or it was redacted."""
    try:
        return json.loads(way.facts.get("Input", ""))
    except (TypeError, ValueError):
        return None


def _pattern(text: Any) -> dict[str, Any]:
    """A rule's pattern; one that was redacted tells nothing."""
    try:
        found = json.loads(text or "{}")
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def scheduler(way: Invoker, stamp: Stamp) -> Any:
    """What a schedule sends: its own input, or what EventBridge Scheduler says by itself."""
    own = _input(way)
    if own is not None:
        return own
    return {
        "version": "0",
        "id": stamp.id("schedule"),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": stamp.account,
        "time": stamp.iso,
        "region": stamp.region,
        "resources": [way.source] if way.source else [],
        "detail": "{}",
    }


def cognito(way: Invoker, stamp: Stamp) -> Event:
    """A user pool that asks before somebody signs up."""
    pool = arns.name(way.source) or f"{stamp.region}_example"
    return {
        "version": "1",
        "triggerSource": "PreSignUp_SignUp",
        "region": stamp.region,
        "userPoolId": pool,
        "userName": "example",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "example"},
        "request": {"userAttributes": {"email": "user@example.com"}, "validationData": None},
        "response": {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
    }


def iot(way: Invoker, _stamp: Stamp) -> Event:
    """What a rule's SELECT might give: the message itself."""
    return {"thing": "example", "rule": arns.name(way.source), "temperature": 21.5}


def ses(_way: Invoker, stamp: Stamp) -> Event:
    """A mail that was received."""
    verdict = {"status": "PASS"}
    mail = {
        "timestamp": stamp.precise,
        "source": "sender@example.com",
        "messageId": stamp.token("mail", 40),
        "destination": ["recipient@example.com"],
        "headersTruncated": False,
        "headers": [{"name": "From", "value": "sender@example.com"}],
        "commonHeaders": {"from": ["sender@example.com"], "to": ["recipient@example.com"], "subject": "Example"},
    }
    receipt = {
        "timestamp": stamp.precise,
        "processingTimeMillis": 100,
        "recipients": ["recipient@example.com"],
        **{f"{name}Verdict": verdict for name in ("spam", "virus", "spf", "dkim", "dmarc")},
        "action": {"type": "Lambda", "invocationType": "Event", "functionArn": stamp.function},
    }
    return {"Records": [{"eventSource": "aws:ses", "eventVersion": "1.0", "ses": {"mail": mail, "receipt": receipt}}]}


def config(way: Invoker, stamp: Stamp) -> Event:
    """A rule of AWS Config that wants an instance evaluated."""
    item = {
        "configurationItem": {
            "resourceType": "AWS::EC2::Instance",
            "resourceId": "i-0example",
            "awsAccountId": stamp.account,
            "configurationItemStatus": "OK",
            "configuration": {},
        },
        "messageType": "ConfigurationItemChangeNotification",
    }
    return {
        "invokingEvent": json.dumps(item),
        "ruleParameters": "{}",
        "resultToken": "example",
        "eventLeftScope": False,
        "executionRoleArn": f"arn:aws:iam::{stamp.account}:role/example",
        "configRuleArn": way.source,
        "configRuleName": arns.name(way.source) or "example",
        "configRuleId": "config-rule-example",
        "accountId": stamp.account,
        "version": "1.0",
    }


def cloudformation(_way: Invoker, stamp: Stamp) -> Event:
    """A custom resource that is created. Nobody waits at its response URL."""
    stack = f"arn:aws:cloudformation:{stamp.region}:{stamp.account}:stack/example/{stamp.id('stack')}"
    return {
        "RequestType": "Create",
        "ServiceToken": stamp.function,
        "ResponseURL": "https://cloudformation-custom-resource-response.example.com/",
        "StackId": stack,
        "RequestId": stamp.id("request"),
        "LogicalResourceId": "Example",
        "ResourceType": "Custom::Example",
        "ResourceProperties": {"ServiceToken": stamp.function},
    }


def codecommit(way: Invoker, stamp: Stamp) -> Event:
    """A push to a repository."""
    change = {"commit": stamp.token("commit", 40), "ref": "refs/heads/main", "created": False}
    record = {
        "awsRegion": stamp.region,
        "codecommit": {"references": [change]},
        "eventId": stamp.id("codecommit"),
        "eventName": "ReferenceChanges",
        "eventPartNumber": 1,
        "eventSource": "aws:codecommit",
        "eventSourceARN": way.source,
        "eventTime": stamp.precise,
        "eventTriggerName": "example",
        "eventTriggerConfigId": stamp.id("trigger"),
        "eventVersion": "1.0",
        "userIdentityARN": f"arn:aws:iam::{stamp.account}:user/example",
    }
    return {"Records": [record]}


def codepipeline(_way: Invoker, stamp: Stamp) -> Event:
    """A job of a pipeline's stage."""
    own = {"FunctionName": arns.name(stamp.function), "UserParameters": ""}
    data = {"actionConfiguration": {"configuration": own}, "inputArtifacts": [], "outputArtifacts": []}
    return {"CodePipeline.job": {"id": stamp.id("job"), "accountId": stamp.account, "data": data}}


def secretsmanager(way: Invoker, stamp: Stamp) -> Event:
    """The first step of a rotation."""
    secret = way.source or f"arn:aws:secretsmanager:{stamp.region}:{stamp.account}:secret:example-AbCdEf"
    return {"Step": "createSecret", "SecretId": secret, "ClientRequestToken": stamp.id("rotation")}


def connect(way: Invoker, stamp: Stamp) -> Event:
    """A contact that a flow asks about."""
    contact = {
        "Attributes": {},
        "Channel": "VOICE",
        "ContactId": stamp.id("contact"),
        "CustomerEndpoint": {"Address": "+15555550100", "Type": "TELEPHONE_NUMBER"},
        "InitiationMethod": "INBOUND",
        "InstanceARN": way.source,
    }
    return {"Details": {"ContactData": contact, "Parameters": {}}, "Name": "ContactFlowEvent"}


def lex(_way: Invoker, stamp: Stamp) -> Event:
    """An intent of a bot, version 2."""
    intent = {"name": "Example", "slots": {}, "state": "InProgress", "confirmationState": "None"}
    return {
        "messageVersion": "1.0",
        "invocationSource": "FulfillmentCodeHook",
        "inputMode": "Text",
        "responseContentType": "text/plain; charset=utf-8",
        "sessionId": stamp.id("session"),
        "inputTranscript": "example",
        "bot": {"id": "EXAMPLE", "name": "example", "version": "1", "localeId": "en_US", "aliasId": "TSTALIASID"},
        "interpretations": [{"intent": intent}],
        "sessionState": {"intent": intent, "sessionAttributes": {}},
    }


def alarm(way: Invoker, stamp: Stamp) -> Event:
    """An alarm of CloudWatch that went off."""
    state = {
        "value": "ALARM",
        "reason": "example",
        "reasonData": "{}",
        "timestamp": f"{stamp.now:%Y-%m-%dT%H:%M:%S.000+0000}",
    }
    data = {"alarmName": arns.name(way.source) or "example", "state": state, "configuration": {"metrics": []}}
    return {
        "source": "aws.cloudwatch",
        "alarmArn": way.source,
        "accountId": stamp.account,
        "time": f"{stamp.now:%Y-%m-%dT%H:%M:%S.000+0000}",
        "region": stamp.region,
        "alarmData": data,
    }


def s3batch(_way: Invoker, stamp: Stamp) -> Event:
    """One task of a job of S3 Batch Operations."""
    task = {"taskId": "example", "s3Key": "example", "s3VersionId": None, "s3BucketArn": "arn:aws:s3:::example"}
    return {
        "invocationSchemaVersion": "1.0",
        "invocationId": stamp.token("invocation", 40),
        "job": {"id": stamp.id("job")},
        "tasks": [task],
    }
