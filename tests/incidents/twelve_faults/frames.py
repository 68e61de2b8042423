"""Stack frames as Python formats them, with the line numbers of the handlers as they are."""

from functools import cache

from tests.incidents.twelve_faults.scene import CODE


def frame(function: str, file: str, name: str, code: str) -> str:
    """The frame of a line in a handler's own file.

    Raises:
        ValueError: The file has no such line, or more than one.
    """
    numbers = [number for number, line in enumerate(_lines(function, file), start=1) if line.strip() == code]
    if len(numbers) != 1:
        raise ValueError(f"{function}/{file} has {len(numbers)} lines {code!r}")
    return f'  File "/var/task/{file}", line {numbers[0]}, in {name}\n    {code}\n'


def botocore_frames(python: str) -> tuple[str, ...]:
    """The frames of an SDK call that AWS refused."""
    client = f"/var/lang/lib/{python}/site-packages/botocore/client.py"
    context = f"/var/lang/lib/{python}/site-packages/botocore/context.py"
    return (
        f'  File "{client}", line 602, in _api_call\n    return self._make_api_call(operation_name, kwargs)\n',
        f'  File "{context}", line 123, in wrapper\n    return func(*args, **kwargs)\n',
        f'  File "{client}", line 1078, in _make_api_call\n    raise error_class(parsed_response, operation_name)\n',
    )


@cache
def _lines(function: str, file: str) -> tuple[str, ...]:
    return tuple((CODE / function / file).read_text(encoding="utf-8").splitlines())
