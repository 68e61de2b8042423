"""The AWS SDKs' names: from what source says to botocore's service and AWS's operation.

Services by the service ids of botocore's models, from which the packages of the JavaScript SDK are named as well.
Helpers of the SDKs that send requests under another name are listed with the operation they send.
"""

from collections.abc import Mapping

from doctor.code.words import words

_ACRONYMS = {
    "docdb": ("db",),
    "iam": ("mfa", "saml", "ssh", "id"),
    "neptune": ("db",),
    "rds": ("db",),
    "sns": ("sms",),
    "sts": ("saml",),
}
"""Words of a service's operations that are written in capitals; IAM itself ignores case."""

NO_REQUEST = words(
    """
    can_paginate close generate_presigned_post generate_presigned_url get_available_subresources get_waiter
    generate_db_auth_token
    """
)
"""Methods of boto3's clients that send nothing."""

BOTO3_HELPERS: Mapping[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    ("s3", "upload_file"): ("PutObject", ("", "Bucket", "Key")),
    ("s3", "upload_fileobj"): ("PutObject", ("", "Bucket", "Key")),
    ("s3", "download_file"): ("GetObject", ("Bucket", "Key")),
    ("s3", "download_fileobj"): ("GetObject", ("Bucket", "Key")),
    ("s3", "copy"): ("CopyObject", ("", "Bucket", "Key")),
}
"""What a helper sends, and the names of its positional arguments."""

BOTO3_RESOURCES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("dynamodb", "Table"): ("TableName",),
    ("s3", "Bucket"): ("Bucket",),
    ("s3", "Object"): ("Bucket", "Key"),
    ("sns", "Topic"): ("TopicArn",),
    ("sqs", "Queue"): ("QueueUrl",),
}
"""Resource classes of boto3, and the parameters that their identifiers become."""

BOTO3_ACTIONS: Mapping[tuple[str, str, str], str] = {
    ("dynamodb", "Table", "batch_writer"): "BatchWriteItem",
    ("dynamodb", "Table", "delete"): "DeleteTable",
    ("s3", "Bucket", "download_file"): "GetObject",
    ("s3", "Bucket", "download_fileobj"): "GetObject",
    ("s3", "Bucket", "upload_file"): "PutObject",
    ("s3", "Bucket", "upload_fileobj"): "PutObject",
    ("s3", "Object", "copy_from"): "CopyObject",
    ("s3", "Object", "delete"): "DeleteObject",
    ("s3", "Object", "download_file"): "GetObject",
    ("s3", "Object", "download_fileobj"): "GetObject",
    ("s3", "Object", "get"): "GetObject",
    ("s3", "Object", "load"): "HeadObject",
    ("s3", "Object", "put"): "PutObject",
    ("s3", "Object", "upload_file"): "PutObject",
    ("s3", "Object", "upload_fileobj"): "PutObject",
    ("sqs", "Queue", "delete_messages"): "DeleteMessageBatch",
    ("sqs", "Queue", "receive_messages"): "ReceiveMessage",
    ("sqs", "Queue", "send_messages"): "SendMessageBatch",
}
"""Actions of those classes whose operation has another name."""
NAMED_ALIKE: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("dynamodb", ""): ("batch_get_item", "batch_write_item"),
    ("dynamodb", "Table"): ("delete_item", "get_item", "put_item", "query", "scan", "update_item"),
    ("s3", "Bucket"): ("delete_objects", "put_object"),
    ("sns", "Topic"): ("publish", "subscribe"),
    ("sqs", "Queue"): ("send_message",),
}
"""Actions of resources (``""``: the service's own) whose operation has the same name."""

DOCUMENT_OPERATIONS = {
    "BatchGet": "BatchGetItem",
    "BatchWrite": "BatchWriteItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "Put": "PutItem",
    "TransactGet": "TransactGetItems",
    "TransactWrite": "TransactWriteItems",
    "Update": "UpdateItem",
}
"""DynamoDB's document clients shorten the names of operations; ``Query`` and ``Scan`` stay."""

RESOURCE_PARAMETERS = words(
    """
    Bucket ClusterArn DeliveryStreamName DomainName EventBusName FunctionName GroupName IdentityPoolId InvocationType Key
    KeyId LogGroupName LogStreamName Name Namespace Path QueueName QueueUrl ResourceArn RoleArn RuleName SecretId SecretArn
    ScheduleName StateMachineArn StreamARN StreamName TableName TargetArn TopicArn UserPoolId resourceArn secretArn
    IndexName cluster executionArn knowledgeBaseId logGroupName logStreamName modelId restApiId service stateMachineArn
    streamName taskDefinition
    """
)
"""Parameters whose values are names of resources, and the one that decides whether Lambda is waited for."""

_PACKAGES = {
    "api-gateway": "apigateway",
    "application-auto-scaling": "application-autoscaling",
    "auto-scaling": "autoscaling",
    "cloudwatch-logs": "logs",
    "cognito-identity-provider": "cognito-idp",
    "config-service": "config",
    "cost-explorer": "ce",
    "database-migration-service": "dms",
    "directory-service": "ds",
    "dynamodb-streams": "dynamodbstreams",
    "elastic-beanstalk": "elasticbeanstalk",
    "elastic-load-balancing": "elb",
    "elastic-load-balancing-v2": "elbv2",
    "elasticsearch-service": "es",
    "eventbridge": "events",
    "iot-data-plane": "iot-data",
    "iot-jobs-data-plane": "iot-jobs-data",
    "kinesis-analytics-v2": "kinesisanalyticsv2",
    "kinesis-video": "kinesisvideo",
    "lex-runtime-service": "lex-runtime",
    "lex-runtime-v2": "lexv2-runtime",
    "marketplace-metering": "meteringmarketplace",
    "resource-groups-tagging-api": "resourcegroupstaggingapi",
    "route-53": "route53",
    "route-53-domains": "route53domains",
    "s3-control": "s3control",
    "secrets-manager": "secretsmanager",
    "service-catalog": "servicecatalog",
    "sfn": "stepfunctions",
    "storage-gateway": "storagegateway",
}
_CLASSES = {
    "cloudwatchlogs": "logs",
    "cognitoidentityserviceprovider": "cognito-idp",
    "eventbridge": "events",
    "iotdata": "iot-data",
    "rdsdataservice": "rds-data",
    "redshiftdata": "redshift-data",
    "cloudwatchevents": "events",
}
"""Classes of the second JavaScript SDK, in lower case, that are not called as botocore calls the service."""


def operation(service: str, method: str) -> str:
    """The operation that a method of a boto3 client sends: ``put_item`` is ``PutItem``."""
    capitals = _ACRONYMS.get(service, ())
    return "".join(word.upper() if word in capitals else word[:1].upper() + word[1:] for word in method.split("_"))


def package_service(package: str) -> str:
    """The name that botocore gives the service of ``@aws-sdk/client-…``."""
    own = package.removeprefix("@aws-sdk/client-")
    return _PACKAGES.get(own, own)


def class_service(name: str) -> str:
    """The name that botocore gives the service of a class in the second JavaScript SDK, such as ``AWS.DynamoDB``."""
    own = {**_PACKAGES, **_CLASSES}.get(name.lower(), name.lower())
    return "stepfunctions" if own == "sfn" else own
