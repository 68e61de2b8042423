"""What Python source says, without running it."""

import sys

import pytest

from doctor.model.package import FromVariable, Host, Import, Place, SdkCall, SdkClient, Variable
from tests.unit.code.packages import read, source

IMPORTS = {
    "plain": ("import requests", [("requests", False, "")]),
    "dotted": ("import google.cloud.storage", [("google", False, "")]),
    "from": ("from yaml import load", [("yaml", False, "")]),
    "in a function": ("def f():\n    import yaml", [("yaml", False, "f")]),
    "failure is caught": ("try:\n    import yaml\nexcept ImportError:\n    yaml = None", [("yaml", True, "")]),
    "fallback": (
        "try:\n    import a\nexcept (ImportError, OSError):\n    import b",
        [("a", True, ""), ("b", True, "")],
    ),
    "another failure is caught": ("try:\n    import yaml\nexcept KeyError:\n    pass", [("yaml", False, "")]),
    "conditional": (
        "import sys\nif sys.version_info < (3, 11):\n    import tomli",
        [("sys", False, ""), ("tomli", True, "")],
    ),
    "for type checkers": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import mypy_boto3",
        [("typing", False, "")],
    ),
    "certain once": ("try:\n    import a\nexcept ImportError:\n    pass\nimport a", [("a", False, "")]),
    "own": ("from . import other\nfrom .other import x", []),
}


@pytest.mark.parametrize("name", IMPORTS)
def test_imports_are_named_with_whether_the_code_needs_them(name: str) -> None:
    text, expected = IMPORTS[name]

    assert [(one.name, one.optional, one.function) for one in source(text).imports] == expected


VARIABLES = {
    "os.environ['A']": "required",
    "os.environ['A'].split(',')": "required",
    "f'{os.environ[\"A\"]}'": "required",
    "os.environ.get('A')": "optional",
    "os.getenv('A')": "optional",
    "os.environ.get('A', 'x')": "default",
    "os.getenv('A', default='x')": "default",
    "os.environ.get('A') or 'x'": "default",
    "os.environ.setdefault('A', 'x')": "default",
    "[os.environ[name] for name in ('A',)]": None,
    "os.environ['A'] if 'A' in os.environ else 'x'": "optional",
    "environ['A']": "required",
    "getenv('A')": "optional",
    "os.environ[NAME]": "required",
    "'os.environ[A]'": None,
}


@pytest.mark.parametrize("expression", VARIABLES)
def test_environment_variables_are_named_with_whether_the_code_needs_them(expression: str) -> None:
    found = source(f"import os\nfrom os import environ, getenv\nNAME = 'A'\nvalue = {expression}\n").variables

    assert [(one.name, one.use) for one in found] == ([("A", VARIABLES[expression])] if VARIABLES[expression] else [])


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("try:\n    A = os.environ['A']\nexcept KeyError:\n    A = ''", "optional"),
        ("os.environ['A'] = 'x'\nprint(os.environ['A'])", "optional"),
        ("os.environ.get('A')\nprint(os.environ['A'])", "required"),
    ],
)
def test_the_code_around_decides_whether_a_variable_is_needed(text: str, use: str) -> None:
    assert [one.use for one in source(f"import os\n{text}\n").variables] == [use]


CALLS = {
    "client": (
        "c = boto3.client('dynamodb')\nc.put_item(TableName='orders')",
        "dynamodb",
        "PutItem",
        {"TableName": "orders"},
    ),
    "session": (
        "c = boto3.Session().client('sqs')\nc.send_message(QueueUrl=os.environ['Q'])",
        "sqs",
        "SendMessage",
        {"QueueUrl": FromVariable(variable="Q")},
    ),
    "inline": (
        "boto3.client('sns').publish(TopicArn='arn:aws:sns:eu-west-1:1:t')",
        "sns",
        "Publish",
        {"TopicArn": "arn:aws:sns:eu-west-1:1:t"},
    ),
    "constant": (
        "T = os.getenv('T')\nc = boto3.client('dynamodb')\nc.query(TableName=T)",
        "dynamodb",
        "Query",
        {"TableName": FromVariable(variable="T")},
    ),
    "function": (
        "def c():\n    return boto3.client('kms')\nc().decrypt(KeyId='alias/k', CiphertextBlob=b'')",
        "kms",
        "Decrypt",
        {"KeyId": "alias/k"},
    ),
    "self": (
        "class A:\n    def __init__(self):\n        self.c = boto3.client('s3')\n    def f(self):\n        self.c.get_object(Bucket='b', Key='k')",
        "s3",
        "GetObject",
        {"Bucket": "b", "Key": "k"},
    ),
    "with": (
        "async def f(s):\n    async with aioboto3.Session().client('sqs') as c:\n        await c.purge_queue(QueueUrl='q')",
        "sqs",
        "PurgeQueue",
        {"QueueUrl": "q"},
    ),
    "from": (
        "from boto3 import client\nclient('lambda').invoke(FunctionName='f', InvocationType='Event', Payload='secret')",
        "lambda",
        "Invoke",
        {"FunctionName": "f", "InvocationType": "Event"},
    ),
    "table": (
        "t = boto3.resource('dynamodb').Table(os.environ['T'])\nt.put_item(Item={'a': 1})",
        "dynamodb",
        "PutItem",
        {"TableName": FromVariable(variable="T")},
    ),
    "object": ("boto3.resource('s3').Object('b', 'k').put(Body=b'')", "s3", "PutObject", {"Bucket": "b", "Key": "k"}),
    "collection": (
        "list(boto3.resource('s3').Bucket('b').objects.filter(Prefix='x'))",
        "s3",
        "ListObjects",
        {"Bucket": "b"},
    ),
    "resource's client": (
        "boto3.resource('dynamodb').meta.client.scan(TableName='t')",
        "dynamodb",
        "Scan",
        {"TableName": "t"},
    ),
    "paginator": (
        "boto3.client('s3').get_paginator('list_objects_v2').paginate(Bucket='b')",
        "s3",
        "ListObjectsV2",
        {},
    ),
    "transfer": ("boto3.client('s3').upload_file('/tmp/x', 'b', 'k')", "s3", "PutObject", {"Bucket": "b", "Key": "k"}),
    "acronym": ("boto3.client('rds').describe_db_instances()", "rds", "DescribeDBInstances", {}),
    "class constant": (
        "class C:\n    T = 't'\nboto3.client('dynamodb').scan(TableName=C.T)",
        "dynamodb",
        "Scan",
        {"TableName": "t"},
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_an_sdk_call_is_its_operation_and_the_resources_it_names(name: str) -> None:
    text, service, operation, parameters = CALLS[name]

    found = source(f"import os, boto3, aioboto3\n{text}\n").calls

    assert [(one.service, one.operation, one.parameters) for one in found] == [(service, operation, parameters)]


@pytest.mark.parametrize(
    "text",
    [
        "boto3.client('s3').generate_presigned_url('get_object')",
        "client.put_item(TableName='t')",
        "x = {}\nx.get('a')",
        "def f(c):\n    c.put_item()\nc = boto3.client('dynamodb')",
        "c = boto3.client('s3')\nc = boto3.client('sqs')\nc.list_buckets()",
        "a = boto3.resource('s3').Bucket(a)\na.x()",
    ],
    ids=["sends nothing", "unknown", "no client", "parameter", "two clients", "of itself"],
)
def test_what_may_be_no_sdk_call_is_none(text: str) -> None:
    assert source(f"import boto3\n{text}\n").calls == ()


def test_clients_and_constants_are_followed_through_files() -> None:
    files = {
        "app.py": "from shared import clients\nfrom shared.settings import TABLE\n\ndef handler(event, context):\n    clients.orders().put_item(TableName=TABLE)\n",
        "shared/__init__.py": "from shared.settings import TABLE\n",
        "shared/settings.py": "import os\nTABLE = os.environ['TABLE']\n",
        "shared/clients.py": "import boto3\n_client = boto3.client('dynamodb')\n\ndef orders():\n    return _client\n",
        "scripts/seed.py": "import boto3\nboto3.client('dynamodb').delete_table(TableName='t')\n",
    }

    found = source(files)

    parameters: dict[str, str | FromVariable] = {"TableName": FromVariable(variable="TABLE")}
    assert found.calls[0] == SdkCall(
        path="app.py", line=5, function="handler", service="dynamodb", operation="PutItem", parameters=parameters
    )
    assert found.reached == ("app.py", "shared/__init__.py", "shared/clients.py", "shared/settings.py")
    assert [one.operation for one in found.calls if one.path not in found.reached] == ["DeleteTable"]


CLIENTS = {
    "at the top": (
        "c = boto3.client('s3', region_name='eu-west-1')",
        SdkClient(path="app.py", line=3, service="s3", region="eu-west-1"),
    ),
    "in the handler": (
        "def handler(e, c):\n    boto3.client('s3')",
        SdkClient(path="app.py", line=4, function="handler", service="s3", each_time=True),
    ),
    "in a cached function": (
        "import functools\n@functools.cache\ndef f():\n    return boto3.client('s3')",
        SdkClient(path="app.py", line=6, function="f", service="s3"),
    ),
    "only at first": (
        "c = None\ndef f():\n    if c is None:\n        return boto3.client('s3')",
        SdkClient(path="app.py", line=6, function="f", service="s3"),
    ),
    "endpoint": (
        "boto3.client('s3', endpoint_url='https://u:p@minio.internal:9000/x?k=1')",
        SdkClient(path="app.py", line=3, service="s3", endpoint_url="https://minio.internal:9000"),
    ),
    "timeouts": (
        "cfg = Config(connect_timeout=2, read_timeout=5.5, retries={'max_attempts': 1})\nboto3.client('s3', config=cfg)",
        SdkClient(path="app.py", line=4, service="s3", connect_timeout=2, read_timeout=5.5, max_attempts=1),
    ),
}


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_is_told_with_its_configuration_and_how_often_it_is_made(name: str) -> None:
    text, expected = CLIENTS[name]

    assert source(f"import boto3\nfrom botocore.config import Config\n{text}\n").clients == (expected,)


HOSTS = {
    "'https://api.example.com/v1?key=secret'": [("api.example.com", None, "https")],
    "'postgresql://user:pa55@db.internal:5432/orders'": [("db.internal", 5432, "postgresql")],
    "'db.cluster-x.eu-west-1.rds.amazonaws.com'": [("db.cluster-x.eu-west-1.rds.amazonaws.com", None, "")],
    "'10.0.3.7'": [("10.0.3.7", None, "")],
    "f'https://api.example.com/{path}'": [("api.example.com", None, "https")],
    "f'https://{host}/x'": [],
    "f'https://api.{region}.example.com/x'": [],
    "f'https://api.example.com'": [("api.example.com", None, "https")],
    "'s3://bucket/key'": [],
    "'app.handler'": [],
    "'index.html'": [],
    "'see https://docs.example.com/x for more'": [("docs.example.com", None, "https")],
}


@pytest.mark.parametrize("literal", HOSTS)
def test_hosts_are_told_and_nothing_else_of_a_literal(literal: str) -> None:
    found = source(f"value = {literal}\n").hosts

    assert [(one.host, one.port, one.scheme) for one in found] == HOSTS[literal]


def test_hosts_in_docstrings_and_comments_are_not_the_codes() -> None:
    text = '"""See https://a.example.com/."""\n# https://b.example.com/\ndef f():\n    """https://c.example.com/"""\n    return "https://d.example.com/"\n'

    assert source(text).hosts == (Host(path="app.py", line=5, function="f", host="d.example.com", scheme="https"),)


def test_no_secret_of_the_source_is_kept() -> None:
    text = """
import boto3
KEY = "AKIAIOSFODNN7EXAMPLE"
TOKEN = "canary-token"
url = "https://canary-user:canary-pass@api.example.com/hook?token=canary-query"
boto3.client("s3", aws_secret_access_key="canary-key").put_object(Bucket="AKIAIOSFODNN7EXAMPLE", Body="canary-body")
boto3.client("sqs").send_message(QueueUrl="https://canary-user:canary@sqs.example.com/q?x=canary", MessageBody="canary")
"""
    told = repr(source(text))

    assert "canary" not in told
    assert "AKIA" not in told
    assert "sqs.example.com" in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("time.sleep(3)", [3]),
        ("asyncio.sleep(0.5)", [0.5]),
        ("time.sleep(PAUSE)", [7]),
        ("time.sleep(n)", []),
        ("x.sleep(3)", []),
    ],
)
def test_pauses_of_a_known_length_are_told(text: str, expected: list[float]) -> None:
    assert [one.seconds for one in source(f"import time, asyncio\nPAUSE = 7\n{text}\n").sleeps] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sys.exit(1)", ["sys.exit"]),
        ("os._exit(0)", ["os._exit"]),
        ("exit()", ["exit"]),
        ("def exit(): ...\nexit()", []),
    ],
)
def test_calls_that_end_the_process_are_told(text: str, expected: list[str]) -> None:
    assert [one.call for one in source(f"import os, sys\n{text}\n").exits] == expected


@pytest.mark.parametrize(
    ("text", "runtime", "line"),
    [
        ("x = 1\ndef f(:\n", "python3.11", 2),
        ("\nmatch 1: # new in 3.10\n    case 1: pass\n", "python3.9", None),
        ("print 'x'\n", "python3.8", 1),
    ],
)
def test_what_is_not_valid_in_the_functions_version_is_told_with_its_line(
    text: str, runtime: str, line: int | None
) -> None:
    """The line of what is too new depends on the interpreter that judges it."""
    package = read({"app.py": text}, runtime=runtime)

    (error,) = package.source.syntax_errors
    assert error == Place(path="app.py", line=line or error.line)
    assert package.handler is not None
    assert package.handler.defined is None


def test_what_this_interpreter_cannot_judge_is_unread_not_an_error() -> None:
    package = read({"app.py": "x = = 1\n"}, runtime=f"python3.{sys.version_info.minor + 1}")

    assert package.source.syntax_errors == ()
    assert [one.path for one in package.unread] == ["app.py"]


@pytest.mark.parametrize(
    "text", ["x = " + "(" * 5000 + ")" * 5000, "x = " + "-" * 50_000 + "1", "x = 1" + " + 1" * 50_000]
)
def test_source_that_is_nested_too_deeply_is_no_crash(text: str) -> None:
    package = read({"app.py": text})

    assert package.source.syntax_errors or package.unread or package.source.files


def test_a_long_chain_of_branches_is_walked_without_recursion() -> None:
    branches = "".join(f"elif x == {i}:\n    import m{i}\n" for i in range(80))

    assert len(source(f"x = 1\nif x:\n    pass\n{branches}").imports) == 80


@pytest.mark.parametrize(
    "text",
    ["import sys\nsys.path.insert(0, 'lib')", "import sys\nsys.path += ['lib']", "import sys\nsys.path[0:0] = ['lib']"],
)
def test_a_change_of_the_search_path_is_told(text: str) -> None:
    assert source(text).search_path_changed


def test_installed_code_is_not_the_functions_own() -> None:
    files = {
        "app.py": "import requests, six, own\n",
        "own/__init__.py": "",
        "requests/__init__.py": "import simplejson\n",
        "requests-2.32.0.dist-info/RECORD": "requests/__init__.py,sha256=x,1\nrequests-2.32.0.dist-info/RECORD,,\n",
        "six.py": "import winreg\n",
        "six-1.17.0.dist-info/METADATA": "",
        "boto3/__init__.py": "import botocore\n",
        "venv/lib/python3.11/site-packages/x.py": "import y\n",
    }
    found = source(files)

    assert found.files == ("app.py", "own/__init__.py")
    assert found.imports == (
        Import(path="app.py", line=1, name="requests"),
        Import(path="app.py", line=1, name="six"),
    )


def test_a_layer_has_source_but_no_handler() -> None:
    package = read({"python/shared.py": "import os\nA = os.environ['A']\n"}, handler="")

    assert package.handler is None
    assert package.source.variables == (Variable(path="python/shared.py", line=2, name="A"),)
