"""Parameters out of a request's parts, guided by the shape of the operation's input. Payload bytes are left out."""

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.parsers import expat

from doctor.iam.models import OperationModel, ServiceModel, ShapeModel, ShapeRef

Node = dict[str, Any]
"""A tree of names, as query and XML bodies spell them; leaves are texts."""


def rest(
    model: ServiceModel,
    operation: OperationModel,
    *,
    labels: Mapping[str, str],
    query: Mapping[str, Sequence[str]],
    headers: Mapping[str, str],
    body: bytes,
) -> dict[str, Any]:
    """The parameters of a REST request: from path, query, headers and body."""
    shape = model.input_of(operation)
    found: dict[str, Any] = {}
    for name, reference in shape.members.items():
        wire = reference.location_name or name
        kind = model.shapes[reference.shape]
        if reference.location == "uri" and wire in labels:
            found[name] = _scalar(kind, labels[wire])
        elif reference.location == "querystring" and wire in query:
            found[name] = list(query[wire]) if kind.type == "list" else _scalar(kind, query[wire][0])
        elif reference.location == "header" and wire.lower() in headers:
            found[name] = _scalar(kind, headers[wire.lower()])
        elif reference.location == "headers":
            prefix = wire.lower()
            found[name] = {key[len(prefix) :]: value for key, value in headers.items() if key.startswith(prefix)}
    return {**found, **_body(model, shape, body)}


def _body(model: ServiceModel, shape: ShapeModel, body: bytes) -> dict[str, Any]:
    """What the body holds: the payload's structure, or all members that lie nowhere else."""
    if not body.strip():
        return {}
    if shape.payload:
        reference = shape.members[shape.payload]
        if model.shapes[reference.shape].type != "structure":
            return {}
        tree = _tree(body)
        return {shape.payload: _value(model, reference, tree)} if isinstance(tree, dict) else {}
    tree = _tree(body)
    return _structure(model, shape, tree) if isinstance(tree, dict) else {}


def _tree(body: bytes) -> Any:
    """A JSON or XML body; ``None`` when it is neither."""
    if body.lstrip().startswith(b"<"):
        return _xml(body)
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _value(model: ServiceModel, reference: ShapeRef, node: Any) -> Any:
    """A value in the spelling of the shape; what does not fit the shape stays as it is."""
    shape = model.shapes[reference.shape]
    if shape.type == "structure" and isinstance(node, dict):
        return _structure(model, shape, node)
    if shape.type == "list" and shape.member is not None:
        return [_value(model, shape.member, one) for one in _items(node)]
    if shape.type == "map" and shape.value is not None and isinstance(node, dict):
        return _map(model, shape.value, node)
    return _scalar(shape, node) if isinstance(node, str) else node


def _structure(model: ServiceModel, shape: ShapeModel, node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, reference in shape.members.items():
        spellings = (reference.query_name, reference.location_name, name, _capital(reference.location_name))
        wire = next((one for one in spellings if one and one in node), None)
        if wire is not None and not reference.location:
            found[name] = _value(model, reference, node[wire])
    return found


def _capital(name: str) -> str:
    """EC2 writes the first letter of a location name in upper case."""
    return name[:1].upper() + name[1:]


def _items(node: Any) -> list[Any]:
    """The members of a list in whatever way its protocol writes it."""
    if isinstance(node, list):
        return node
    if not isinstance(node, dict):
        return [node] if node else []
    if node and all(key.isdigit() for key in node):
        return [node[key] for key in sorted(node, key=int)]
    if len(node) == 1:  # the wrapper: <member> in XML, .member.N in a query
        return _items(next(iter(node.values())))
    return [node] if node else []


def _map(model: ServiceModel, value: ShapeRef, node: Node) -> dict[str, Any]:
    entries = _items(node["entry"]) if "entry" in node else None
    if entries is None:
        return {key: _value(model, value, one) for key, one in node.items()}
    pairs = ((one.get("key", one.get("Name", "")), one.get("value", one.get("Value"))) for one in entries)
    return {str(key): _value(model, value, one) for key, one in pairs}


def _scalar(shape: ShapeModel, text: str) -> Any:
    if shape.type == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if shape.type in ("integer", "long") and text.lstrip("-").isdigit():
        return int(text)
    return text


def query(model: ServiceModel, operation: OperationModel, form: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The parameters of a query request: ``Entries.member.1.Id=1``, EC2's ``InstanceId.1=i-1``."""
    tree: Node = {}
    for name, value in form:
        *path, last = name.split(".")
        node = tree
        for step in path:
            below = node.setdefault(step, {})
            node = below if isinstance(below, dict) else {}
        node[last] = value
    return _structure(model, model.input_of(operation), tree)


def _xml(body: bytes) -> Node | None:
    """The children of an XML document's root; repeated names become lists. ``None`` for a malformed or a typed document."""
    stack: list[tuple[Node, list[str]]] = [({}, [])]

    def start(_name: str, _attributes: dict[str, str]) -> None:
        stack.append(({}, []))

    def end(name: str) -> None:
        children, text = stack.pop()
        parent = stack[-1][0]
        value: Any = children or "".join(text).strip()
        name = name.rpartition(":")[2]
        if name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]

    def characters(data: str) -> None:
        stack[-1][1].append(data)

    def refuse(*_details: object) -> None:
        raise expat.ExpatError("a document type is not accepted: it could define entities")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        return None
    root = next(iter(stack[0][0].values()))
    return root if isinstance(root, dict) else {}


def cbor(body: bytes) -> dict[str, Any]:
    """The map in a CBOR body (RFC 8949); empty when the body is no map or is cut off."""
    try:
        found, _ = _cbor(body, 0)
    except (IndexError, struct.error, RecursionError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


_INDEFINITE = 31
_BREAK = 0xFF
_SIMPLE = {20: False, 21: True, 22: None, 23: None}
_FLOATS = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}


def _cbor(data: bytes, at: int) -> tuple[Any, int]:
    """One item and the position behind it."""
    major, info = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:  # noqa: PLR2004 -- RFC 8949's number for simple values and floats
        if info in _FLOATS:
            form, size = _FLOATS[info]
            return struct.unpack_from(form, data, at)[0], at + size
        return _SIMPLE.get(info), at
    count, at = _cbor_count(data, at, info)
    if major in (0, 1):
        return (-1 - count if major else count), at
    if major in (2, 3) and count >= 0:
        raw = data[at : at + count]
        return (raw.decode() if major == 3 else ""), at + count  # noqa: PLR2004 -- texts are 3; bytes are payload
    if major == 6:  # noqa: PLR2004 -- a tag says how to read the item behind it; times stay numbers
        return _cbor(data, at)
    return _cbor_items(data, at, major, count)


def _cbor_count(data: bytes, at: int, info: int) -> tuple[int, int]:
    """The argument of an item's head; -1 for an item of indefinite length."""
    if info < 24:  # noqa: PLR2004 -- up to 23 the argument is in the first byte
        return info, at
    if info == _INDEFINITE:
        return -1, at
    size = 1 << (info - 24)
    return int.from_bytes(data[at : at + size]), at + size


def _cbor_items(data: bytes, at: int, major: int, count: int) -> tuple[Any, int]:
    """A list, a map, or a text in chunks."""
    items: list[Any] = []
    wanted = count * 2 if major == 5 else count  # noqa: PLR2004 -- a map (5) has keys and values
    while len(items) != wanted:
        if data[at] == _BREAK:
            at += 1
            break
        item, at = _cbor(data, at)
        items.append(item)
    if major == 5:  # noqa: PLR2004 -- as above
        return dict(zip(map(str, items[::2]), items[1::2], strict=False)), at
    return (items if major == 4 else "".join(map(str, items))), at  # noqa: PLR2004 -- 4 is a list
