"""``doctor completion SHELL``: the script by which a shell completes doctor's command line."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from doctor.cli.exit import ExitCode

SUMMARY = "print the script by which a shell completes commands and options"
SHELLS = ("bash", "zsh", "fish")


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("shell", choices=SHELLS, help="whose script to print")


def run(arguments: Namespace) -> int:
    """Print the script; it is made from the command line itself and starts no doctor when a key is pressed."""
    import shtab

    from doctor.cli.main import parser

    root = parser()
    _complete_files(root)
    print(shtab.complete(root, arguments.shell))
    return ExitCode.OK


def _complete_files(parser: ArgumentParser) -> None:
    """Mark, by the name of their value, the arguments that are files or folders."""
    import shtab

    kinds = {"FILE": shtab.FILE, "PATH": shtab.FILE, "DIR": shtab.DIRECTORY}
    for action in parser._actions:  # noqa: SLF001 -- argparse has no other way to ask
        if isinstance(action, _SubParsersAction):
            for command in action.choices.values():
                _complete_files(command)
        elif action.metavar in kinds:
            action.complete = kinds[str(action.metavar)]  # type: ignore[attr-defined]  # where shtab looks
