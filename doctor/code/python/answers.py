"""What a function returns, as far as literals tell: enough to see that API Gateway cannot make a response of it."""

import ast

from doctor.model.package import PROXY_FIELDS, Answer, Form, Place


def answer(node: ast.Return, place: Place) -> Answer:
    """What stands behind one ``return``."""
    value = node.value
    others, body = 0, None
    if isinstance(value, ast.Dict) and _is_whole(value):
        names = [key.value for key in value.keys if isinstance(key, ast.Constant)]
        others = sum(name not in PROXY_FIELDS for name in names)
        body = next((one for name, one in zip(names, value.values, strict=True) if name == "body"), None)
    return Answer(
        path=place.path,
        line=place.line,
        function=place.function,
        form="nothing" if value is None else _form(value),
        others=others,
        body="unknown" if body is None else _form(body),
    )


def _is_whole(node: ast.Dict) -> bool:
    """Whether all of its keys are written as texts: what is unpacked into it may be anything."""
    return all(isinstance(key, ast.Constant) and isinstance(key.value, str) for key in node.keys)


def _form(node: ast.expr) -> Form:
    """The form that a value has in JSON; ``unknown`` where the code must run to tell."""
    match node:
        case ast.Constant(value=None):
            return "nothing"
        case ast.Constant(value=bool() | int() | float()):
            return "number"
        case ast.Constant(value=str()) | ast.JoinedStr():
            return "text"
        case ast.List() | ast.Tuple() | ast.ListComp():
            return "list"
        case ast.Dict() | ast.DictComp():
            return "object"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="json"), attr="dumps")):
            return "text"
    return "unknown"
