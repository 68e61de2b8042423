"""``doctor rules test``: the truths of the shipped rules, held against a stranger's."""

from collections.abc import Callable
from pathlib import Path

import pytest

from doctor.cli.main import main
from doctor.testing import template

RULE = '''"""A function may run longer than a minute.

Nobody waits that long.

Fix: give it less.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
"""

from collections.abc import Iterator

from doctor.rules_api import Fix, Function, Metrics, Problem, Severity, cite, lambda_, rule


@rule(Severity.LOW)
def long_timeout(function: Function, metrics: Metrics) -> Iterator[Problem]:
    if function.timeout > 60:
        yield Problem(
            message=f"it may run for {function.timeout} s",
            evidence=(cite(function, "timeout"),),
            fixes=(Fix(title="give it a minute", steps=(lambda_.set_timeout(function, 60),)),),
        )
'''
CASES = """from doctor.testing.world import function, world

BROKEN = {"two minutes": world(function(timeout=120))}
HEALTHY = {"one minute": world(function(timeout=60))}
"""
Test = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def test(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Test:
    """Write a rule and its cases outside this repository, with something replaced, and test them."""

    def run(
        *, rule: tuple[str, str] = ("", ""), cases: tuple[str, str] | None = ("", ""), path: str = ""
    ) -> tuple[int, list[str]]:
        place = tmp_path / "rules" / "mine" / "long_timeout.py"
        beside = tmp_path / "tests" / "cases" / "mine" / "long_timeout.py"
        for file, text, change in ((place, RULE, rule), (beside, CASES, cases)):
            if change is not None:
                assert change[0] in text
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text.replace(*change) if change[0] else text)
        capsys.readouterr()
        code = main(["rules", "test", str(tmp_path / path)])
        return code, capsys.readouterr().out.splitlines()

    return run


@pytest.mark.parametrize("path", ["", "rules", "rules/mine", "rules/mine/long_timeout.py"])
def test_a_rule_of_which_all_is_true(path: str, test: Test) -> None:
    assert test(path=path) == (0, ["1 rule, 2 cases: all is true"])


BROKEN: dict[str, tuple[dict[str, tuple[str, str] | None], str]] = {
    "another name": ({"rule": ("def long_timeout", "def longer_timeout")}, "must define exactly one rule"),
    "no cases": ({"cases": None}, "long-timeout: it has no BROKEN cases"),
    "no page": ({"rule": ("Fix: give it less.\n", "")}, "long-timeout: its page does not say how to mend it"),
    "silent where it must speak": (
        {"rule": ("> 60", "> 600")},
        "long-timeout: BROKEN 'two minutes': it finds nothing",
    ),
    "loud where it must not": (
        {"rule": ("> 60", "> 1")},
        "long-timeout: HEALTHY 'one minute': it says 'it may run for 60 s'",
    ),
    "a crash": ({"rule": ("function.timeout > 60", "1 / 0")}, "it crashes: ZeroDivisionError"),
    "no evidence": ({"rule": ('(cite(function, "timeout"),)', "()")}, "'it may run for 120 s' has no evidence"),
    "a fix that mends nothing": ({"rule": ("set_timeout(function, 60)", "set_timeout(function, 100)")}, "does not mend it"),
    "a call that AWS refuses": (
        {"rule": ("set_timeout(function, 60)", "set_timeout(function, 0)")},
        "AWS would not accept lambda:UpdateFunctionConfiguration",
    ),
    "a fix that breaks something else": (
        {"rule": ("set_timeout(function, 60)", "set_handler(function, 'x')")},
        "'give it a minute' does not mend it",
    ),
    "a case that is none": ({"cases": ('{"one minute": world(function(timeout=60))}', "[1]")}, "HEALTHY must be a dictionary"),
    "a case that cannot be loaded": ({"cases": ("timeout=120", "timeout=")}, "cannot be loaded: SyntaxError"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_truth_is_a_plain_line(name: str, test: Test) -> None:
    change, words = BROKEN[name]
    code, lines = test(**change)

    assert code == 1
    assert any(words in line for line in lines), lines
    assert not any("Traceback" in line for line in lines)
    assert "broken truth" in lines[-1]


def test_a_name_that_a_shipped_rule_has_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "rules" / "mine"
    place.mkdir(parents=True)
    (place / "out_of_memory.py").write_text(RULE.replace("long_timeout", "out_of_memory"))

    assert main(["rules", "test", str(tmp_path)]) == 1
    assert "another rule is already called 'out-of-memory'; rename yours" in capsys.readouterr().out


def test_a_name_that_two_rules_have_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for symptom in ("mine", "yours"):
        (tmp_path / "rules" / symptom).mkdir(parents=True)
        (tmp_path / "rules" / symptom / "long_timeout.py").write_text(RULE)
        (tmp_path / "tests" / "cases" / symptom).mkdir(parents=True)
        (tmp_path / "tests" / "cases" / symptom / "long_timeout.py").write_text(CASES)

    assert main(["rules", "test", str(tmp_path)]) == 1
    out = capsys.readouterr().out.splitlines()
    assert "another rule is already called 'long-timeout'; rename yours" in out[0]
    assert out[-1] == "1 rule, 2 cases: 1 broken truth"


def test_a_shipped_rule_may_be_tested(capsys: pytest.CaptureFixture[str]) -> None:
    shipped = Path(__file__).parents[3] / "rules" / "timeout" / "default_timeout.py"

    assert main(["rules", "test", str(shipped)]) == 0
    assert "all is true" in capsys.readouterr().out


def test_a_new_rule_is_one_once_it_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "new", "my-rule", "--symptom", "mine", "--to", str(tmp_path)]) == 0
    assert main(["rules", "test", str(tmp_path)]) == 1
    left = (
        "my-rule: the first line of its page and 'Covers:' and its message are still as 'doctor rules new' wrote them"
    )
    assert left in capsys.readouterr().out

    path = tmp_path / "rules" / "mine" / "my_rule.py"
    text = path.read_text().replace(template.SENTENCE, "It may run for too long.").replace(template.MESSAGE, "too long")
    path.write_text(text.replace(f"Covers: {template.COVERS}\n", ""))

    assert main(["rules", "test", str(tmp_path)]) == 0
    assert "1 rule, 2 cases: all is true" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["", "nowhere"])
def test_no_rule_is_one_line(path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["rules", "test", *([str(tmp_path / path)] if path else [])])

    assert code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("to", ["file", "file/below", "loop"])
def test_a_new_rule_where_nothing_can_be_written_is_one_line(
    to: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    code = main(["rules", "new", "my-rule", "--symptom", "mine", "--to", str(tmp_path / to)])
    said = capsys.readouterr()

    assert (code, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert "cannot be written" in said.err


def test_a_new_rule_overwrites_nothing_and_leaves_no_half(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = tmp_path / "tests" / "cases" / "mine" / "my_rule.py"
    cases.parent.mkdir(parents=True)
    cases.write_text("mine")

    assert main(["rules", "new", "my-rule", "--symptom", "mine", "--to", str(tmp_path)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert [path.read_text() for path in tmp_path.rglob("*.py")] == ["mine"]


@pytest.mark.parametrize("name", ["out-of-memory", "out_of_memory"])
def test_a_new_rule_may_not_have_the_name_of_a_shipped_one(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "new", name, "--symptom", "mine", "--to", str(tmp_path)]) == 2
    assert "a shipped rule is called 'out-of-memory'; give yours another name" in capsys.readouterr().err
    assert list(tmp_path.rglob("*.py")) == []
