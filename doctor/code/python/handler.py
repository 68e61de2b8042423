"""Where a Python Handler leads: ``folder/file.function`` is attribute ``function`` of the module ``folder.file``.

The runtime's client splits the string at its last dot and imports the rest, slashes read as dots.
See https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

from doctor.code.contents import Contents, Notes
from doctor.code.python.module import Module
from doctor.code.standard_library import BUILTIN
from doctor.model.package import HandlerCode

KEPT_ELSEWHERE = 10
KEPT_CANDIDATES = 10
KEPT_ANSWERS = 20
_NATIVE = (".so", ".pyc")


def locate(contents: Contents, handler: str, notes: Notes) -> HandlerCode:
    """Find the file of a Handler by its name."""
    name, dot, function = handler.rpartition(".")
    if not dot:
        return HandlerCode(function=handler, problem="malformed")
    module = name.replace(".", "/")
    if module.split("/", 1)[0] in BUILTIN:
        return HandlerCode(module=module, function=function, problem="built-in module")
    return HandlerCode(
        module=module,
        path=_file(contents, module),
        function=function,
        elsewhere=notes.keep("handler.elsewhere", _elsewhere(contents, module), KEPT_ELSEWHERE),
    )


def _file(contents: Contents, module: str) -> str:
    """The file that Python's import system finds: a package before an extension module before source before byte code."""
    for path in (f"{module}/__init__.py", f"{module}.py", f"{module}.pyc"):
        if path in contents.files:
            native = _native(contents, module)
            return native if native and not path.endswith("/__init__.py") else path
    return _native(contents, module)


def _native(contents: Contents, module: str) -> str:
    folder, _, name = module.rpartition("/")
    held = contents.folders[folder].files if folder in contents.folders else ()
    found = sorted(one for one in held if one.startswith(f"{name}.") and one.endswith(".so"))
    return f"{folder}/{found[0]}".lstrip("/") if found else ""


def _elsewhere(contents: Contents, module: str) -> list[str]:
    """Files of the same name in other folders, those of installed code and of zips with Windows' separators included."""
    name = module.rpartition("/")[2] + ".py"
    there = (path for path in contents.files if path.replace("\\", "/").rpartition("/")[2] == name)
    return sorted((path for path in there if path != f"{module}.py"), key=lambda path: (path.count("/"), path))


def complete(found: HandlerCode, module: Module | None, notes: Notes) -> HandlerCode:
    """Add what the file itself says of the function."""
    from msgspec.structs import replace

    if module is None:
        return found
    definition = module.definitions.get(found.function)
    plain = definition is not None and not definition.decorated and not definition.asynchronous
    answers = [one for one in module.answers if plain and one.function == found.function]
    fits = sorted(name for name, one in module.definitions.items() if one.fits and not name.startswith("_"))
    return replace(
        found,
        defined=True if definition else None if module.defines_more else False,
        line=definition.line if definition else None,
        asynchronous=bool(definition and definition.asynchronous),
        parameters=definition.parameters if definition else None,
        candidates=notes.keep("handler.candidates", fits, KEPT_CANDIDATES),
        answers=notes.keep("handler.answers", answers, KEPT_ANSWERS),
    )
