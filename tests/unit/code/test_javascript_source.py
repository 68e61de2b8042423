"""What JavaScript source says, without running it."""

import pytest

from doctor.code.javascript.script import Script
from doctor.model.package import FromVariable, Host, SdkClient
from tests.unit.code.packages import javascript

IMPORTS = {
    "const _ = require('lodash');": [("lodash", False, "")],
    'import _ from "lodash";': [("lodash", False, "")],
    "import { a,\n  b as c } from '@scope/package/deep';": [("@scope/package", False, "")],
    "import'side-effect';": [("side-effect", False, "")],
    'import{a as b}from"minified";': [("minified", False, "")],
    "export * from 'other';": [("other", False, "")],
    "const x = await import('dynamic');": [("dynamic", False, "")],
    "try { require('optional'); } catch (e) {}": [("optional", True, "")],
    "function load() { return require('late'); }": [("late", False, "load")],
    "const load = () => { require('late'); };": [("late", False, "load")],
    "require('fs'); require('node:test'); require('fs/promises'); require('./own'); import '#internal';": [],
    "// require('comment')\n/* require('comment') */ const s = \"require('text')\";": [],
    "const s = `require('text')`;": [],
    "const r = /[/'\"]require('x')/; require('real');": [("real", False, "")],
    "require(name); require('a' + b);": [],
}


@pytest.mark.parametrize("text", IMPORTS)
def test_imports_are_named_with_whether_the_code_needs_them(text: str) -> None:
    assert [(one.name, one.optional, one.function) for one in javascript(text).imports] == IMPORTS[text]


VARIABLES = {
    "process.env.A": [("A", "optional")],
    "process.env['A']": [("A", "optional")],
    "process.env.A || 'x'": [("A", "default")],
    "process.env.A ?? 'x'": [("A", "default")],
    "process.env.A === 'x'": [("A", "optional")],
    "`https://${process.env.A}/`": [("A", "optional")],
    "process.env.A = 'x'": [],
    "'process.env.A'": [],
}


@pytest.mark.parametrize("expression", VARIABLES)
def test_environment_variables_are_named(expression: str) -> None:
    found = javascript(f"const value = {expression};\n").variables

    assert [(one.name, one.use) for one in found] == VARIABLES[expression]


def test_environment_variables_that_are_taken_apart_are_named() -> None:
    found = javascript("const { A, B: b, C = 'x' } = process.env;").variables

    assert [(one.name, one.use) for one in found] == [("A", "optional"), ("B", "optional"), ("C", "default")]


V3 = "const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');\n"
CALLS = {
    "command": (
        V3 + "new PutItemCommand({ TableName: 'orders', Item: {} })",
        "dynamodb",
        "PutItem",
        {"TableName": "orders"},
    ),
    "variable": (
        V3 + "new PutItemCommand({ TableName: process.env.T })",
        "dynamodb",
        "PutItem",
        {"TableName": FromVariable(variable="T")},
    ),
    "constant": (
        V3 + "const T = process.env.T;\nnew PutItemCommand({ Item: { TableName: 'no' }, TableName: T })",
        "dynamodb",
        "PutItem",
        {"TableName": FromVariable(variable="T")},
    ),
    "module": (
        "import { SendMessageCommand as Send } from '@aws-sdk/client-sqs';\nnew Send({\n QueueUrl: Q,\n})\n",
        "sqs",
        "SendMessage",
        {},
    ),
    "compiled": (
        "const client_s3_1 = require('@aws-sdk/client-s3');\nnew client_s3_1.GetObjectCommand({ Bucket: 'b', Key: key })",
        "s3",
        "GetObject",
        {"Bucket": "b"},
    ),
    "bundled": (
        'var import_client_sfn = __toESM(require("@aws-sdk/client-sfn"));new import_client_sfn.StartExecutionCommand({stateMachineArn:"arn:aws:states:x"})',
        "stepfunctions",
        "StartExecution",
        {"stateMachineArn": "arn:aws:states:x"},
    ),
    "document": (
        "import { PutCommand } from '@aws-sdk/lib-dynamodb';\nnew PutCommand({ TableName: 't' })",
        "dynamodb",
        "PutItem",
        {"TableName": "t"},
    ),
    "upload": (
        "import { Upload } from '@aws-sdk/lib-storage';\nnew Upload({ client, params: { Bucket: 'b' } })",
        "s3",
        "PutObject",
        {"Bucket": "b"},
    ),
    "aggregated": (
        "import { SecretsManager } from '@aws-sdk/client-secrets-manager';\nconst sm = new SecretsManager({});\nsm.getSecretValue({ SecretId: 's' })",
        "secretsmanager",
        "GetSecretValue",
        {"SecretId": "s"},
    ),
    "second version": (
        "const AWS = require('aws-sdk');\nconst s3 = new AWS.S3();\ns3.putObject({ Bucket: 'b' }).promise()",
        "s3",
        "PutObject",
        {"Bucket": "b"},
    ),
    "second version's document client": (
        "const AWS = require('aws-sdk');\nconst d = new AWS.DynamoDB.DocumentClient();\nd.get({ TableName: 't' }).promise()",
        "dynamodb",
        "GetItem",
        {"TableName": "t"},
    ),
    "second version's own module": (
        "const SQS = require('aws-sdk/clients/sqs');\nconst q = new SQS();\nq.sendMessage({ QueueUrl: 'u' })",
        "sqs",
        "SendMessage",
        {"QueueUrl": "u"},
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_an_sdk_call_is_its_operation_and_the_resources_it_names(name: str) -> None:
    text, service, operation, parameters = CALLS[name]

    found = javascript(text).calls

    assert [(one.service, one.operation, one.parameters) for one in found] == [(service, operation, parameters)]


@pytest.mark.parametrize(
    "text",
    [
        "new PutItemCommand({})",
        "import { ShellCommand } from 'shell';\nnew ShellCommand()",
        V3 + "const c = new DynamoDBClient({});\nc.send(x)",
    ],
)
def test_what_is_no_sdk_call_is_none(text: str) -> None:
    assert javascript(text).calls == ()


CLIENTS = {
    "const c = new DynamoDBClient({ region: 'eu-west-1', maxAttempts: 2 });": SdkClient(
        path="index.js", line=2, service="dynamodb", region="eu-west-1", max_attempts=2
    ),
    "exports.handler = async () => { new DynamoDBClient({}); };": SdkClient(
        path="index.js", line=2, function="handler", service="dynamodb", each_time=True
    ),
    "new DynamoDBClient({ endpoint: 'http://u:p@db.internal:8000/', requestHandler: new H({ connectionTimeout: 500, requestTimeout: 3000 }) });": SdkClient(
        path="index.js",
        line=2,
        service="dynamodb",
        endpoint_url="http://db.internal:8000",
        connect_timeout=0.5,
        read_timeout=3,
    ),
}


@pytest.mark.parametrize("text", CLIENTS)
def test_a_client_is_told_with_its_configuration(text: str) -> None:
    assert javascript(V3 + text).clients == (CLIENTS[text],)


HOSTS = {
    "'https://api.example.com/v1?key=secret'": [("api.example.com", None)],
    '"https:\\/\\/api.example.com/"': [("api.example.com", None)],
    "`https://api.example.com/${id}`": [("api.example.com", None)],
    "`https://api.${region}.example.com/`": [],
    "`https://${host}/`": [],
    "'redis://:pa55@cache.internal:6379'": [("cache.internal", 6379)],
    "'lodash.com.js'": [],
}


@pytest.mark.parametrize("literal", HOSTS)
def test_hosts_are_told_and_nothing_else_of_a_literal(literal: str) -> None:
    found = javascript(f"// https://comment.example.com/\nconst value = {literal};").hosts

    assert [(one.host, one.port) for one in found] == HOSTS[literal]
    assert "pa55" not in repr(found)


def test_a_place_has_its_line_and_the_functions_around_it() -> None:
    text = "class Api {\n  async call(path) {\n    if (path) {\n      return fetch('https://a.example.com/');\n    }\n  }\n}\n"

    assert javascript(text).hosts == (
        Host(path="index.js", line=4, function="call", host="a.example.com", scheme="https"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("await new Promise((resolve) => setTimeout(resolve, 2500));", [2.5]),
        ("setTimeout(() => resolve(), PAUSE);", [1.5]),
        ("const { setTimeout: pause } = require('node:timers/promises');\npause(450);", [0.45]),
        ("setTimeout(f, n);", []),
        ("pause(450);", []),
    ],
)
def test_pauses_of_a_known_length_are_told_in_seconds(text: str, expected: list[float]) -> None:
    assert [one.seconds for one in javascript(f"const PAUSE = 1_500;\n{text}\n").sleeps] == expected


def test_calls_that_end_the_process_are_told() -> None:
    found = javascript("// process.exit()\nif (x) process.exit(1);\n").exits

    assert [(one.call, one.line) for one in found] == [("process.exit", 2)]


def test_files_are_read_in_the_order_in_which_the_handler_leads_to_them() -> None:
    files = {
        "index.js": "require('./src');\nrequire('../outside');",
        "src/index.js": "require('./b.js');",
        "src/b.js": "process.env.B;",
        "a.js": "process.env.A;",
        "node_modules/x/index.js": "process.env.X;",
    }
    found = javascript(files)

    assert found.reached == ("index.js", "src/index.js", "src/b.js")
    assert found.files == (*found.reached, "a.js")
    assert [one.name for one in found.variables] == ["B", "A"]


@pytest.mark.parametrize(
    "piece",
    [
        "/*",
        "`",
        "'",
        "\\",
        "=/[",
        "=/",
        "\n",
        "= ",
        "{",
        "(",
        "const ",
        "require(",
        'from"a"',
        "x.y(",
        "new A(",
        "import ",
        "process.env=",
        "exports,",
        "a=>{",
        "=/\\",
    ],
)
def test_time_grows_with_the_size_and_no_faster(piece: str) -> None:
    """A quadratic pattern would need minutes for this file; the test's own limit is the suite's."""
    text = piece * (150_000 // len(piece))

    assert javascript(text).files == ("index.js",)


def test_positions_stay_when_comments_and_strings_are_blanked() -> None:
    text = "a /* x\ny */ 'b' `c ${d} e` = /f'/;\n// g\nh"
    script = Script("x.js", text)

    assert len(script.code) == len(script.bare) == len(text)
    assert script.bare.split() == ["a", "'", "`", "d", "=", ";", "h"]
