"""Running a command as the operator does, through the program's own entry point."""

from __future__ import annotations

import pytest

from monitor.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of one command."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    output = capsys.readouterr()
    return int(stopped.value.code or 0), output.out, output.err
