"""Where the shipped rules and snapshots are, and how rule files are loaded."""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from doctor.engine.loading import names_of
from doctor.engine.rule import Rule
from doctor.errors import Ended, RuleError

_PACKAGE = Path(__file__).parent


def _shipped(name: str) -> Path:
    """``rules`` or ``snapshots``: inside the package when installed from a wheel, beside it in a checkout."""
    installed = _PACKAGE / f"_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / name


def snapshots() -> Path:
    """The folder of shipped incidents."""
    return _shipped("snapshots")


DEMO = "twelve-faults"
"""The incident that ``--demo`` brings to life."""


def demo() -> Path:
    """The folder of that incident."""
    return snapshots() / DEMO


def catalogue() -> frozenset[str]:
    """The names of every failure that is known, of which rules say which they cover."""
    return frozenset((_shipped("rules") / "catalogue.txt").read_text(encoding="utf-8").split())


def shipped_rules(*, advice: bool = False) -> tuple[Rule, ...]:
    """The rules that doctor ships, by name; those that only advise when asked for."""
    return tuple(one for one in load_rules(_shipped("rules")) if advice or not one.advice)


def rule_files() -> tuple[Path, ...]:
    """The files of the rules that doctor ships."""
    return tuple(sorted(_shipped("rules").glob("*/*.py")))


def all_rules(folders: Iterable[str], *, advice: bool = False, lost: list[str] | None = None) -> tuple[Rule, ...]:
    """The shipped rules, those of ``folders``, and those that installed packages offer under ``doctor.rules``.

    ``lost`` is given what could not be loaded: each is a line on stderr too, and the others are heard.

    Raises:
        RuleError: a folder is missing, or a rule has a name that another one has.
    """
    lost = [] if lost is None else lost
    found = {one.name: one for one in shipped_rules(advice=advice)}
    places = {Path(folder).resolve(): Path(folder) for folder in folders}  # doctor.toml and --rules may name the same
    more = [one for folder in places.values() for one in _own(folder, lost)]
    for one in (*more, *_offered(lost)):
        if one.name in found:
            raise RuleError(f"two rules are called '{one.name}'; rename yours")
        if advice or not one.advice:
            found[one.name] = one
    return tuple(found[name] for name in sorted(found))


def _own(folder: Path, lost: list[str]) -> tuple[Rule, ...]:
    """Rules of a folder of the user's own, in it or in folders of symptoms; a broken one is a line, not the end."""
    if not folder.is_dir():
        raise RuleError(f"{folder}: no such folder of rules")
    found: list[Rule] = []
    for path in sorted((*folder.glob("*.py"), *folder.glob("*/*.py"))):
        try:
            found.extend(load_rule(path))
        except RuleError as error:
            lost.append(str(path))
            sys.stderr.write(f"doctor: {error}; it is left out\n")
    return tuple(found)


_GROUP = "doctor.rules"
"""The entry points under which an installed package offers rules."""


def _is_offered() -> bool:
    """Whether an installed package offers rules at all: importlib.metadata alone costs a bare interpreter."""
    for place in sys.path:
        with suppress(OSError):
            for name in os.listdir(place or "."):  # noqa: PTH208 -- a third of what Path takes
                if name.endswith(".dist-info"):
                    with suppress(OSError), open(f"{place}/{name}/entry_points.txt", encoding="utf-8") as listing:  # noqa: PTH123
                        if _GROUP in listing.read():
                            return True
    return False


def _offered(lost: list[str]) -> tuple[Rule, ...]:
    """Rules of installed packages; a broken one is a line, not the end."""
    if not _is_offered():
        return ()
    from importlib.metadata import entry_points

    found: list[Rule] = []
    for entry in entry_points(group=_GROUP):
        try:
            offered = entry.load()
        except Ended:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- somebody else's package may fail in any way at import
            lost.append(entry.value)
            sys.stderr.write(
                f"doctor: rules of {entry.value} cannot be loaded: {type(error).__name__}: {error}; they are left out\n"
            )
            continue
        found.extend([offered] if isinstance(offered, Rule) else offered)
    return tuple(found)


def load_rules(folder: Path) -> tuple[Rule, ...]:
    """Load every rule file below ``folder``, by name.

    Raises:
        RuleError: a file cannot be loaded, holds no rule, or two rules share a name.
    """
    found: dict[str, Rule] = {}
    for path in sorted(folder.glob("*/*.py")):
        for one in load_rule(path):
            if one.name in found:
                raise RuleError(f"{path}: another rule is already called '{one.name}'; rename one of them")
            found[one.name] = one
    return tuple(found[name] for name in sorted(found))


def load_rule(path: Path) -> Iterable[Rule]:
    """The rules that a file defines.

    Raises:
        RuleError: the file cannot be loaded, or holds no rule named like it.
    """
    named = names_of(path, f"doctor_rules.{path.parent.name}.{path.stem}")
    rules = [value for value in named.values() if isinstance(value, Rule)]
    if [one.name for one in rules] != [path.stem.replace("_", "-")]:
        raise RuleError(f"{path}: must define exactly one rule, a function called '{path.stem}' under @rule")
    return rules
