"""``luisteraar`` and ``klaagmuur``: keys and the access word, from the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.cli import cli
from monitor.context import AppContext
from monitor.errors import InputRefused, Refusal
from monitor.klaagmuur import access_word, luisteraars, readers

PASSPHRASE = "vijf losse natte eenden"
EMAIL = "noor@waterrijk.example"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with the passphrase, ending as editors end it."""
    made = tmp_path / "wachtzin.txt"
    made.write_text(PASSPHRASE + "\n", "utf-8")
    return made


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments)], standalone_mode=False)


def test_the_first_key_is_active_at_once_and_its_sheet_opens_it(
    context: AppContext, file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "blad.pdf"

    done = run("luisteraar", "enrol", EMAIL, "--passphrase-file", file, "--recovery", out)

    assert done.exit_code == 0, done.exception
    (made,) = luisteraars.everyone(context.engine)
    assert readers.active((made,), clock.today()) == (made,)
    assert made.name == EMAIL
    assert made.fingerprint in done.output
    key = luisteraars.unlock(context.engine, made, PASSPHRASE)
    text = "".join(page.extract_text() for page in PdfReader(out).pages)
    rows = re.findall(r"^(?:[0-9A-Z]{4} ){3}[0-9A-Z]{4}$", text, re.MULTILINE)
    assert len(rows) == 2
    assert luisteraars.recover(context.engine, made, " ".join(rows), "x" * 12) == key
    assert out.stat().st_mode & 0o777 == 0o600
    assert len(PdfReader(out).pages) == 1
    assert made.fingerprint in text


@pytest.mark.usefixtures("context")
def test_a_later_key_is_announced(context: AppContext, file: Path) -> None:
    run("luisteraar", "enrol", EMAIL, "--passphrase-file", file)

    done = run(
        "luisteraar", "enrol", "karim@waterrijk.example", "--passphrase-file", file, "--name", "K"
    )

    assert "aangekondigd" in done.output
    assert len(readers.active(luisteraars.everyone(context.engine), clock.today())) == 1
    listed = run("luisteraar", "list").output
    assert "luisteraar sinds" in listed
    assert "aangekondigd, luisteraar vanaf" in listed


@pytest.mark.usefixtures("context")
def test_nothing_is_done_when_something_is_wrong(
    context: AppContext, file: Path, tmp_path: Path
) -> None:
    there = tmp_path / "er-al.pdf"
    there.write_bytes(b"mine")
    weak = tmp_path / "kort.txt"
    weak.write_text("kort")
    accounts.add(context.engine, "bas@waterrijk.example", Role.BEHEERDER, None, "cli", clock.now())
    wrong: list[tuple[str | Path, ...]] = [
        (EMAIL, "--passphrase-file", tmp_path / "nergens.txt"),
        (EMAIL, "--passphrase-file", weak),
        (EMAIL, "--passphrase-file", file, "--recovery", there),
        (EMAIL, "--passphrase-file", file, "--recovery", tmp_path / "geen" / "map.pdf"),
        ("bas@waterrijk.example", "--passphrase-file", file, "--recovery", tmp_path / "b.pdf"),
        ("geen adres", "--passphrase-file", file),
    ]
    for arguments in wrong:
        assert isinstance(run("luisteraar", "enrol", *arguments).exception, Refusal), arguments

    assert luisteraars.everyone(context.engine) == ()
    assert there.read_bytes() == b"mine"
    assert not (tmp_path / "b.pdf").exists()


@pytest.mark.usefixtures("context")
def test_the_access_word_is_set_shown_and_taken_away(context: AppContext) -> None:
    assert "geen toegangswoord" in run("klaagmuur", "access-word").output
    assert "blauwe lepel" in run("klaagmuur", "access-word", "blauwe lepel").output
    assert access_word.access_word(context.engine) == "blauwe lepel"
    both = run("klaagmuur", "access-word", "a", "--none")
    assert isinstance(both.exception, InputRefused)
    assert "geen toegangswoord" in run("klaagmuur", "access-word", "--none").output
    assert access_word.access_word(context.engine) == ""
