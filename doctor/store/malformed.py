"""Why bytes are no JSON, in words, and where."""

import json

_WORDS = (
    ("Expecting ':'", "a colon is missing after the name"),
    ("Expecting ','", "a comma is missing, or the end of what was begun"),
    ("Expecting value", "a value is missing"),
    ("Expecting property name", "a name in double quotes is missing"),
    ("Illegal trailing comma", "nothing follows the comma"),
    ("Unterminated string", "a text begins and does not end"),
    ("Extra data", "something follows the end"),
    ("Invalid control character", "a line break or a tab stands in a text"),
    ("Invalid \\", "a backslash begins nothing that JSON knows"),
)
"""What Python's parser says, by its beginning, and what doctor says."""


_MAGIC = (
    (b"\x1f\x8b", "it is compressed by gzip: unpack it first"),
    (b"PK\x03\x04", "it is a zip: unpack it first, or run a bundle by 'doctor reproduce --bundle FILE'"),
    (b"\xff\xfe", "it is UTF-16, as a Windows shell writes: save it as UTF-8"),
    (b"\xfe\xff", "it is UTF-16: save it as UTF-8"),
)


def other_form(content: bytes) -> str:
    """What a file is that is no JSON, and how it becomes that; empty: it is not known."""
    return next((words for mark, words in _MAGIC if content.startswith(mark)), "")


def why_no_json(content: bytes) -> str:
    """Say what is wrong with content that is no JSON: ``no JSON: line 2, column 6: a colon is missing after the name``."""
    if not content.strip():
        return "no JSON: it is empty"
    try:
        json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        words = next((ours for theirs, ours in _WORDS if error.msg.startswith(theirs)), "something else is needed")
        return f"no JSON: line {error.lineno}, column {error.colno}: {words}"
    except UnicodeDecodeError as error:
        return f"no JSON: byte {error.start} is no UTF-8"
    except RecursionError:
        return "no JSON that can be read: it is nested too deeply"
    except ValueError as error:
        return f"no JSON: {error}"
    return "no JSON: it begins with a mark of its byte order, or holds half a character"


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no value of JSON's")
