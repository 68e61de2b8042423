"""What both sides of the embedded account agree on: addresses, paths and header names."""

LOOPBACK = "127.0.0.1"
DEFAULT_ACCOUNT = "123456789012"
PREFIX = "/_doctor/"
"""Paths under it are ours; no AWS service has an operation there, and an S3 bucket's name cannot begin with an underscore."""

CONTROL_PATH = PREFIX + "control"
TOKEN_HEADER = "X-Doctor-Token"  # noqa: S105 - the header's name
RECORDED_HEADER = "X-Doctor-Recorded"
