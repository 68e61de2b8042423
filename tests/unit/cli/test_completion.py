"""The shells' completion scripts are made from the command line, and know all of it."""

import shutil
import subprocess
import sys
from argparse import SUPPRESS, _SubParsersAction
from pathlib import Path

import pytest

from doctor.cli.completion import SHELLS
from doctor.cli.main import COMMANDS, main, parser

ASK = """
source ./completion
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); last="${COMP_WORDS[COMP_CWORD]}"; before="${COMP_WORDS[COMP_CWORD - 1]}"
handler=$(complete -p doctor | sed 's/.*-F \\([^ ]*\\).*/\\1/')
"$handler" doctor "$last" "$before"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_option_is_in_the_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = script(shell, capsys)
    (commands,) = (one for one in parser()._actions if isinstance(one, _SubParsersAction))
    options = {
        option
        for command in commands.choices.values()
        for action in command._actions
        for option in action.option_strings
        if option.startswith("--") and action.help != SUPPRESS
    }

    assert {one for one in COMMANDS if one not in text} == set()
    assert {one for one in options if one.lstrip("-") not in text} == set()


ASKED = [
    (["w"], {"why"}),
    (["check", "--fo"], {"--format"}),
    (["check", "--format", "s"], {"sarif"}),
    (["check", "--fail-on", "m"], {"medium"}),
    (["check", "--snapshot", "sn"], {"snap.json"}),
    (["rules", "e"], {"explain"}),
]


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
@pytest.mark.parametrize(
    ("typed", "offered"), [one for one in ASKED if "--snapshot" not in one[0]]
)  # files: fish's own
def test_fish_completes(
    typed: list[str], offered: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "doctor.fish").write_text(script("fish", capsys))
    (tmp_path / "snap.json").write_text("")
    ask = f"source doctor.fish; complete -C 'doctor {' '.join(typed)}'"
    told = subprocess.run(["fish", "-N", "-c", ask], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert {line.partition("\t")[0] for line in told.stdout.splitlines()} == offered


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh")
def test_zsh_reads_its_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "_doctor").write_text(script("zsh", capsys))

    assert subprocess.run(["zsh", "-f", "-n", "_doctor"], cwd=tmp_path, check=False).returncode == 0


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(("typed", "offered"), ASKED)
def test_bash_completes(
    typed: list[str], offered: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "completion").write_text(script("bash", capsys))
    (tmp_path / "snap.json").write_text("")
    told = subprocess.run(
        ["bash", "-c", ASK, "bash", "doctor", *typed], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert set(told.stdout.split()) == offered


def test_a_check_does_not_load_what_makes_the_scripts() -> None:
    code = "import sys; from doctor.cli.main import parser; parser(); sys.exit('shtab' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
