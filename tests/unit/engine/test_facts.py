"""What rules are told about invocations and imports."""

from datetime import timedelta
from typing import ClassVar, Self

import pytest

from doctor.engine.diagnose import diagnose
from doctor.engine.facts import Fact, Imports, Invocations
from doctor.engine.rule import Rule
from doctor.engine.world import World
from doctor.model.finding import Severity
from doctor.model.function import Function, Layer
from doctor.model.invoking import LayerVersion
from doctor.model.package import ModuleRoot, Native, Package
from doctor.model.telemetry import SymptomKind
from doctor.testing.world import NOW, function, killed, not_initialised, raised, succeeded, world

F = function()


def invocations(*those, subject: Function = F) -> Invocations:
    return Invocations.of(world(subject, invocations=those), subject)


def imports(*those, **fields) -> Imports:
    subject = function(**fields)
    return Imports.of(world(subject, invocations=those), subject)


def not_imported(message: str, module: str = "app", **told):
    return not_initialised("Runtime.ImportModuleError", f"Unable to import module '{module}': {message}", **told)


class Counted(Fact):
    """A fact that notes for which subjects it was made."""

    reads = ("lambda:ListFunctions",)
    made: ClassVar[list[str]] = []

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        cls.made.append(subject.function_name)
        return cls()


def _asking(name: str) -> Rule:
    return Rule(
        name=name,
        severity=Severity.LOW,
        page="A page.",
        needs=(("counted", Counted), ("function", Function)),
        check=lambda **_: (),
    )


def test_a_fact_is_made_once_for_all_rules() -> None:
    Counted.made.clear()

    diagnose(world(F, function("g")), [_asking("one"), _asking("two"), _asking("three")])

    assert sorted(Counted.made) == sorted([F.function_name, "g"])


def test_those_that_show_a_symptom() -> None:
    ran = invocations(succeeded(ago=900), killed(ago=800), raised("KeyError", "'x'", ago=700), raised(ago=600))

    assert [one.error_type for one in ran.showing(SymptomKind.RAISED)] == ["KeyError", "ValueError"]
    assert [one.error_type for one in ran.showing(SymptomKind.RAISED, "KeyError")] == ["KeyError"]
    assert ran.showing(SymptomKind.TIMED_OUT) == ()


def test_what_was_mended_since_is_left_out() -> None:
    ran = invocations(raised(ago=900), succeeded(ago=800), raised(ago=700))

    assert ran.unmended(ran.failed) == ran.failed[1:]


@pytest.mark.parametrize(
    ("last_modified", "count"),
    [
        ("", 2),
        ("2026-11-23T10:30:00.000+0000", 1),
        ((NOW - timedelta(days=1)).isoformat(), 2),
        ("2026-11-23T10:41:00", 2),
        ("yesterday", 2),
    ],
)
def test_what_ran_before_the_last_change_is_told_apart(last_modified: str, count: int) -> None:
    """A time that cannot be read, or that does not know its zone, is no time."""
    ran = invocations(raised(ago=900), raised(ago=60), subject=function(last_modified=last_modified))

    assert len(ran.since_change(ran.all)) == count


def test_what_an_environment_did_before() -> None:
    early, other, late = succeeded(ago=900), succeeded(ago=800, stream="other"), succeeded(ago=700)

    assert invocations(early, other, late).before(late) == (early,)


@pytest.mark.parametrize(
    ("message", "name", "library"),
    [
        ("No module named 'requests'", "requests", ""),
        ("No module named 'x._y'", "x._y", ""),
        ("/var/task/x.so: invalid ELF header", "", "/var/task/x.so"),
        ("libGL.so.1: cannot open shared object file: No such file or directory", "", "libGL.so.1"),
        ("/var/task/numpy/core.so: file too short", "", "/var/task/numpy/core.so"),
    ],
)
def test_a_failed_import_names_what_failed(message: str, name: str, library: str) -> None:
    (failed,) = imports(not_imported(message)).failed

    assert (failed.name, failed.library, len(failed.those)) == (name, library, 1)


def test_a_failure_of_another_handler_is_of_another_package() -> None:
    assert imports(not_imported("No module named 'x'"), handler="main.handler").failed == ()


def test_a_late_import_is_not_mended_by_other_events() -> None:
    late = raised("ModuleNotFoundError", "No module named 'x'", ago=900)

    assert imports(late, succeeded(ago=60)).failed[0].last == late
    assert imports(not_imported("No module named 'x'", ago=900), succeeded(ago=60)).failed == ()


ROOT = ModuleRoot(path="", names=("app", "x"))
LAYER = Layer(arn="arn:aws:lambda:eu-west-1:111122223333:layer:tools:1")


@pytest.mark.parametrize(
    ("package", "layers", "x", "y"),
    [
        (None, (), None, None),
        (Package(files=2, unzipped_size=9, modules=(ROOT,)), (), True, False),
        (Package(files=2, unzipped_size=9, top_level=("app.py", "x.py")), (), True, False),
        (Package(files=2, unzipped_size=9, modules=(ROOT,)), (LAYER,), True, None),
        (
            Package(files=2, unzipped_size=9, modules=(ModuleRoot(path="", names=("x",), complete=False),)),
            (),
            True,
            None,
        ),
        (Package(files=2, unzipped_size=9, modules=(ROOT,), omitted={"modules": 3}), (), True, None),
    ],
)
def test_what_a_package_holds_is_only_denied_when_all_of_it_was_read(
    package: Package | None, layers: tuple[Layer, ...], x: bool | None, y: bool | None
) -> None:
    found = imports(package=package, layers=layers)

    assert (found.holds("x"), found.holds("y")) == (x, y)


@pytest.mark.parametrize(
    ("held", "x", "z", "y"),
    [
        (None, True, None, None),
        ((ModuleRoot(path="python", names=("z",)),), True, True, False),
        ((ModuleRoot(path="", names=("z",)),), True, False, False),
        ((ModuleRoot(path="python", names=("z",), complete=False),), True, True, None),
    ],
    ids=["not read", "where imports look", "elsewhere", "in part"],
)
def test_what_a_layer_holds_counts_where_imports_look(
    held: tuple[ModuleRoot, ...] | None, x: bool | None, z: bool | None, y: bool | None
) -> None:
    subject = function(package=Package(files=2, unzipped_size=9, modules=(ROOT,)), layers=(LAYER,))
    package = None if held is None else Package(files=1, unzipped_size=9, modules=held)
    layer = LayerVersion(layer_version_arn=LAYER.arn, package=package)
    found = Imports.of(world(subject, layer), subject)

    assert (found.holds("x"), found.holds("z"), found.holds("y")) == (x, z, y)


def test_compiled_files_are_found_by_their_module_and_by_their_path() -> None:
    native = Native(path="python/x/_y.cpython-311-x86_64-linux-gnu.so", format="elf")
    other = Native(path="bin/tool", format="elf")
    found = imports(package=Package(files=2, unzipped_size=9, natives=(native, other)))

    assert found.natives("x._y") == (native,)
    assert found.natives("_y") == (native,)
    assert found.natives("x") == ()
    assert found.native_at("/var/task/bin/tool") == other
    assert found.native_at("/opt/bin/tool") is None
