"""The README says what is so."""

import re
from pathlib import Path

from doctor.cli.exit import MEANING, PRECEDENCE, ExitCode
from doctor.cli.gate import CONFIDENCES, SEVERITIES
from doctor.cli.main import COMMANDS
from doctor.model.finding import Confidence, Severity
from doctor.tui import keys

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_first_code_is_the_newcomers_two_lines() -> None:
    first = re.search(r"```sh\n(.*?)```", README, re.DOTALL)

    assert first is not None
    assert first[1].splitlines() == [
        "pip install '.[demo]' && doctor check --demo",
        "pip install -e '.[dev]' && pytest",
    ]


def test_the_table_of_exit_codes_is_the_programs() -> None:
    table = re.search(r"\| code \| meaning \|\n\|---\|---\|\n((?:\|.*\|\n)+)", README)
    expected = "".join(f"| {code.value} | {words} |\n" for code, words in MEANING.items())

    assert table is not None
    assert table[1] == expected


def test_every_exit_code_has_a_meaning() -> None:
    assert set(MEANING) == set(ExitCode)
    assert f"the first of {', '.join(str(code.value) for code in PRECEDENCE)} wins" in README


def test_the_table_of_keys_is_the_screens() -> None:
    assert keys.markdown() in README


def test_the_commands_it_shows_exist() -> None:
    code = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL))
    shown = set(re.findall(r"^doctor ([a-z]+)", code, re.MULTILINE))

    assert shown <= set(COMMANDS)
    assert shown


def test_the_words_for_severities_are_the_models() -> None:
    assert [one.value for one in Severity] == list(SEVERITIES)
    assert [one.value for one in Confidence] == list(CONFIDENCES)
