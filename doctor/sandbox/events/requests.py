"""Events of requests: API Gateway (REST, HTTP, WebSocket), function URL, Application Load Balancer."""

import re
from typing import Any
from urllib.parse import urlsplit

from doctor.model.invoker import Invoker
from doctor.sandbox.events.stamp import BODY, Stamp

Event = dict[str, Any]
_AGENT = "doctor"
_CLIENT = "192.0.2.1"
"""An address of documentation."""
_BODILESS = ("GET", "HEAD", "DELETE", "OPTIONS")
_VARIABLE = re.compile(r"\{(\w+)\+?\}")


def _route(way: Invoker) -> tuple[str, str]:
    """Method and path of a route; what takes any is asked for with GET."""
    method, _, path = str(way.facts.get("route") or "GET /").partition(" ")
    return ("GET" if method in ("ANY", "$default", "") else method), path or "/"


def _filled(path: str) -> tuple[str, dict[str, str]]:
    """A path with something for each of its variables, and these."""
    names = _VARIABLE.findall(path)
    return _VARIABLE.sub("example", path), dict.fromkeys(names, "example")


def _headers(host: str, method: str) -> dict[str, str]:
    plain = {
        "accept": "*/*",
        "host": host,
        "user-agent": _AGENT,
        "x-forwarded-for": _CLIENT,
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }
    return plain if method in _BODILESS else {**plain, "content-type": "application/json"}


def apigateway(way: Invoker, stamp: Stamp) -> Event:
    """A request through a REST API, or an HTTP API with payloads of version 1.0."""
    method, resource = _route(way)
    path, variables = _filled(resource)
    api, stage = way.facts.get("api") or "example", way.facts.get("stage") or "$default"
    host = f"{api}.execute-api.{stamp.region}.amazonaws.com"
    headers = _headers(host, method)
    identity = dict.fromkeys(("accountId", "apiKey", "caller", "user", "userArn", "cognitoIdentityId"))
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": variables or None,
        "stageVariables": None,
        "requestContext": {
            "resourceId": "example",
            "resourcePath": resource,
            "operationName": None,
            "httpMethod": method,
            "extendedRequestId": "example=",
            "requestTime": f"{stamp.now:%d/%b/%Y:%H:%M:%S +0000}",
            "path": f"/{stage}{path}",
            "accountId": stamp.account,
            "protocol": "HTTP/1.1",
            "stage": stage,
            "domainPrefix": api,
            "requestTimeEpoch": stamp.millis,
            "requestId": stamp.id("request"),
            "identity": {**identity, "sourceIp": _CLIENT, "userAgent": _AGENT},
            "domainName": host,
            "apiId": api,
        },
        "body": None if method in _BODILESS else BODY,
        "isBase64Encoded": False,
    }


def apigatewayv2(way: Invoker, stamp: Stamp) -> Event:
    """A request through an HTTP API, payload version 2.0."""
    api, stage = way.facts.get("api") or "example", way.facts.get("stage") or "$default"
    host = f"{api}.execute-api.{stamp.region}.amazonaws.com"
    return _second(way, stamp, host, api, stage)


def url(way: Invoker, stamp: Stamp) -> Event:
    """A request to a function URL: of the form of HTTP APIs."""
    host = urlsplit(way.source).hostname or f"example.lambda-url.{stamp.region}.on.aws"
    return _second(way, stamp, host, host.partition(".")[0], "$default")


def _second(way: Invoker, stamp: Stamp, host: str, api: str, stage: str) -> Event:
    method, resource = _route(way)
    path, variables = _filled(resource)
    route = str(way.facts.get("route") or "$default")
    event: Event = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path if stage == "$default" else f"/{stage}{path}",
        "rawQueryString": "",
        "headers": _headers(host, method),
        "requestContext": {
            "accountId": stamp.account if way.kind != "url" else "anonymous",
            "apiId": api,
            "domainName": host,
            "domainPrefix": api,
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": _CLIENT,
                "userAgent": _AGENT,
            },
            "requestId": stamp.id("request"),
            "routeKey": route,
            "stage": stage,
            "time": f"{stamp.now:%d/%b/%Y:%H:%M:%S +0000}",
            "timeEpoch": stamp.millis,
        },
        "isBase64Encoded": False,
    }
    if variables:
        event["pathParameters"] = variables
    if method not in _BODILESS:
        event["body"] = BODY
    return event


def websocket(way: Invoker, stamp: Stamp) -> Event:
    """A message on a WebSocket, or its beginning or end, by the route."""
    route = str(way.facts.get("route") or "$default")
    kind = {"$connect": "CONNECT", "$disconnect": "DISCONNECT"}.get(route, "MESSAGE")
    api, stage = way.facts.get("api") or "example", way.facts.get("stage") or "example"
    host = f"{api}.execute-api.{stamp.region}.amazonaws.com"
    event: Event = {
        "requestContext": {
            "routeKey": route,
            "eventType": kind,
            "extendedRequestId": "example=",
            "requestTime": f"{stamp.now:%d/%b/%Y:%H:%M:%S +0000}",
            "messageDirection": "IN",
            "stage": stage,
            "connectedAt": stamp.millis,
            "requestTimeEpoch": stamp.millis,
            "identity": {"sourceIp": _CLIENT, "userAgent": _AGENT},
            "requestId": stamp.id("request"),
            "domainName": host,
            "connectionId": "example=",
            "apiId": api,
        },
        "isBase64Encoded": False,
    }
    if kind == "CONNECT":
        headers = _headers(host, "GET")
        event |= {"headers": headers, "multiValueHeaders": {name: [value] for name, value in headers.items()}}
    if kind == "MESSAGE":
        event["requestContext"]["messageId"] = "example="
        event["body"] = BODY if route == "$default" else f'{{"action": "{route}"}}'
    return event


def alb(way: Invoker, stamp: Stamp) -> Event:
    """A request through an Application Load Balancer, by the first rule that leads to its target group."""
    path = str(way.facts.get("path") or "/").replace("*", "example")
    host = str(way.facts.get("host") or f"example.{stamp.region}.elb.amazonaws.com").replace("*", "example")
    return {
        "requestContext": {"elb": {"targetGroupArn": way.source}},
        "httpMethod": "GET",
        "path": path,
        "queryStringParameters": {},
        "headers": {**_headers(host, "GET"), "x-amzn-trace-id": f"Root=1-{stamp.token('trace', 8)}"},
        "body": "",
        "isBase64Encoded": False,
    }
