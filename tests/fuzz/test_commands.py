"""Whatever is typed after a command, it works or says why not in sentences, without a traceback."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from monitor import cli
from monitor.config.settings import PREFIX, Settings
from monitor.context import AppContext, use_context
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from tests.conftest import NOW
from tests.scale import samples

LONG = ("serve", "demo")
"""Commands that take long when they work; they get only arguments they must refuse."""
FILES = {
    "organisatie.csv": b"unit,parent,name\nstad,,Stad\nwmo,stad,Wmo\n",
    "leden.csv": b"email;unit\nn@x.example;wmo\n",
    "aantallen.csv": b"unit,count\nwmo,7\nstad,0\n",
    "reeks.csv": b"unit,period,theme,n,score\nwmo,2026-01,druk,8,60\nwmo,2026-02,druk,x,\n",
    "vragen.toml": b"version = 1\n",
    "leeg": b"",
    "rommel.bin": bytes(range(256)) * 9,
    "wachtzin.txt": b"vier losse natte eenden\n",
}


@pytest.fixture
def folder(
    context: AppContext, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A folder with good and bad files, as the working folder of commands about a small town."""
    import_tree(
        context.engine, Tree((Unit("stad", None, "Stad"), Unit("wmo", "stad", "W"))), "t", NOW
    )
    folder = tmp_path / "files"
    (folder / "map").mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    monkeypatch.chdir(folder)
    for name, value in {
        "DATABASE_URL": settings.database_url,
        "KEYS_DIR": str(settings.keys_dir),
        "SECRET_FILE": str(settings.secret_file),
    }.items():
        monkeypatch.setenv(PREFIX + name, value)
    yield folder
    use_context(None)


def leaves(command: click.Command, *names: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that is no group, with its full name."""
    if not isinstance(command, click.Group):
        yield names, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        subcommand = command.get_command(context, name)
        assert subcommand is not None
        yield from leaves(subcommand, *names, name)


COMMANDS = [(names, command) for names, command in leaves(cli.cli) if names[0] not in LONG]
# Without slash, tilde and colon nothing is written outside the folder and no host is called. No
# system passes a zero byte; it passes bytes that are no text as surrogates.
ANYTHING = st.one_of(
    st.sampled_from(
        [*FILES, "map", "nergens.csv", "uit.csv", "uit.pdf", "uit.db", "uit.xlsx", "."]
    ),
    st.sampled_from(
        ["2026-11", "2026-13", "wmo", "wmo=3", "wmo=x", "=", "5", "-1", "1e999", "nan"]
    ),
    st.sampled_from(
        [
            "n@x.example",
            "leidinggevende",
            "beheerder",
            "2026-11-30",
            "--",
            "",
            "\u202e",
            "\udcff.csv",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/~:\\\0"), max_size=20),
)


FITTING = {
    "period": ["2026-11"],
    "email": ["n@x.example"],
    "unit": ["wmo", "stad"],
    "counted": ["wmo=3"],
    "first": ["wmo"],
    "more": ["stad"],
    "closes": ["2026-11-30"],
    "threshold": ["3.02"],
    "years": ["5"],
    "word": ["zonnebloem"],
}
"""Plausible values by the name of the argument."""


def fitting(parameter: click.Parameter) -> st.SearchStrategy[str]:
    """A plausible value, twice as often as any other."""
    if isinstance(parameter.type, click.Choice):
        good = [str(choice) for choice in parameter.type.choices]
    elif isinstance(parameter.type, click.Path):
        good = [*FILES, "uit.csv", "uit.db"]
    else:
        good = FITTING.get(str(parameter.name), ["x"])
    return st.one_of(st.sampled_from(good), st.sampled_from(good), ANYTHING)


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    """A command line with mostly the arguments the command takes."""
    names, command = draw(st.sampled_from(COMMANDS))
    words: list[str] = []
    for parameter in command.params:
        rare = isinstance(parameter, click.Option) and not parameter.required
        for _ in range(draw(st.sampled_from([0, 0, 1] if rare else [*[1] * 14, 0, 2]))):
            if isinstance(parameter, click.Option):
                words.append(draw(st.sampled_from(parameter.opts)))
                if parameter.is_flag:
                    continue
            words.append(draw(fitting(parameter)))
    if not draw(st.integers(0, 9)):
        words.append(draw(st.one_of(ANYTHING, st.sampled_from(["--help", "--csv", "-x"]))))
    return [*names, *words]


def run(line: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Run a command line; return its exit status and what it wrote to stdout and stderr."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        cli.main(line)
    output = capsys.readouterr()
    return int(left.value.code or 0), output.out, output.err


@pytest.mark.slow
@settings(
    max_examples=samples(200),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(line=lines())
def test_it_works_or_says_why(
    folder: Path,
    context: AppContext,
    capsys: pytest.CaptureFixture[str],
    line: list[str],
    tally: Counter[str],
) -> None:
    use_context(context)
    tally["command lines typed"] += 1
    status, out, err = run(line, capsys)

    event(f"{line[0]} {status}")
    assert status in (0, 2)
    assert "Traceback" not in err
    said = out if "--json" in line else err  # a list for programs goes to stdout
    assert status == 0 or said.strip()


@pytest.mark.parametrize("command", LONG)
@settings(
    max_examples=samples(20),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(word=ANYTHING)
def test_commands_that_go_on_for_long_refuse_what_they_do_not_know(
    folder: Path,
    context: AppContext,
    capsys: pytest.CaptureFixture[str],
    command: str,
    word: str,
    tally: Counter[str],
) -> None:
    use_context(context)
    tally["command lines typed"] += 1

    status, _, err = run([command, "--onbekend", word], capsys)

    assert status == 2
    assert err.strip()
