"""The command line ends with status 0, or with 2, clear sentences on stderr and no changes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from sqlalchemy.exc import OperationalError

from monitor import cli
from monitor.config.settings import ROOT, Settings
from monitor.errors import FileRefused, InputRefused
from monitor.locale import texts
from tests.live import environment


def run(
    settings: Settings, folder: Path, *arguments: str, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m monitor`` with these arguments."""
    return subprocess.run(
        [sys.executable, "-m", "monitor", *arguments],
        cwd=ROOT,
        env=environment(settings, folder) | more,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["feestje"], "De opdracht 'feestje' bestaat niet. Uitleg: python -m monitor --help"),
        (["round", "feestje"], "De opdracht 'feestje' bestaat niet."),
        (["serve", "--prot", "1"], "De optie --prot bestaat niet."),
        (["serve", "--port", "x"], "De waarde bij --port klopt niet: geef een heel getal"),
        (["serve", "--port", "70000"], "De waarde bij --port klopt niet: geef een heel getal"),
        (["serve", "--port"], "Bij de optie --port hoort precies één waarde."),
        (["serve", "extra"], "Deze opdracht is niet goed opgebouwd."),
        (["round", "open"], "PERIOD ontbreekt."),
        (["account", "add", "a@b.example"], "--role ontbreekt."),
        (
            ["account", "add", "a@b.example", "--role", "baas"],
            "De waarde bij --role klopt niet: kies uit leidinggevende, luisteraar",
        ),
    ],
)
def test_a_mistake_in_a_command_is_one_dutch_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    output = capsys.readouterr()
    assert left.value.code == 2
    assert output.out == ""
    (line,) = output.err.splitlines()
    assert line.startswith(sentence)


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_is_there_and_explains_itself(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([command, "--help"])
    assert left.value.code == 0
    assert f"python -m monitor {command}" in capsys.readouterr().out


@pytest.mark.slow
def test_the_help_names_every_command_without_loading_any(
    settings: Settings, tmp_path: Path
) -> None:
    program = (
        "import sys\nfrom monitor import cli\n"
        "try: cli.main(['--help'])\nexcept SystemExit: pass\n"
        "assert not [m for m in sys.modules if m.startswith('monitor.commands.')]\n"
        "assert 'streamlit' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(settings, tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(f"\n  {command} " in done.stdout for command in cli.COMMANDS)


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([])
    assert left.value.code == 2
    assert "Opdrachten" in capsys.readouterr().err


@pytest.mark.slow
def test_a_refusal_is_told_in_the_language_of_the_settings(
    settings: Settings, tmp_path: Path
) -> None:
    done = run(settings, tmp_path, "feestje", TEAMKLIMAAT_LANGUAGE="en")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("There is no command 'feestje'.")


@pytest.mark.slow
def test_settings_that_contradict_stop_everything_in_one_sentence(
    settings: Settings, tmp_path: Path
) -> None:
    done = run(settings, tmp_path, "doctor", TEAMKLIMAAT_MINIMUM="3")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.slow
def test_a_store_that_is_no_store_is_told_in_one_sentence(
    settings: Settings, tmp_path: Path
) -> None:
    database = settings.database_file
    assert database is not None
    database.parent.mkdir()
    database.write_text("this is no database at all, whatever its name says" * 100)
    done = run(settings, tmp_path, "account", "list")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("De opslag is beschadigd")
    assert len(done.stderr.splitlines()) == 1


def test_a_file_with_faults_is_told_whole_and_fault_by_fault() -> None:
    faults = (
        InputRefused("serving.port_taken", port=1),
        InputRefused("serving.port_taken", port=2),
    )
    refused = FileRefused("file.refused", faults, name="leden.csv", count=2)
    first, *others = cli.sentences(refused, texts("nl"))
    assert "leden.csv" in first
    assert [("1" in others[0]), ("2" in others[1])] == [True, True]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_trouble_is_told_with_its_innards(language: str) -> None:
    troubles = (
        OperationalError("SELECT secret", {"code": "ABCD"}, Exception("ABCD")),
        click.UsageError("ABCD"),
        PermissionError(13, "Permission denied", "/srv/keys"),
    )
    for trouble in troubles:
        (sentence,) = cli.sentences(trouble, texts(language))
        assert "ABCD" not in sentence
        assert "secret" not in sentence
