"""``luisteraar`` and ``klaagmuur``: keys and the access word."""

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
from monitor.locale import texts

PASSPHRASE = "vijf losse natte eenden"
EMAIL = "noor@waterrijk.example"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with the passphrase, ending in a newline as editors leave it."""
    path = tmp_path / "wachtzin.txt"
    path.write_text(PASSPHRASE + "\n", "utf-8")
    return path


T = texts("nl")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments)], standalone_mode=False)


@pytest.mark.slow
def test_the_first_key_is_active_at_once_and_its_sheet_opens_it(
    context: AppContext, file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "blad.pdf"

    result = run("luisteraar", "enrol", EMAIL, "--passphrase-file", file, "--recovery", out)

    assert result.exit_code == 0, result.exception
    (reader,) = luisteraars.everyone(context.engine)
    assert readers.active((reader,), clock.today()) == (reader,)
    assert reader.name == EMAIL
    assert reader.fingerprint in result.output
    key = luisteraars.unlock(context.engine, reader, PASSPHRASE)
    text = "".join(page.extract_text() for page in PdfReader(out).pages)
    code = text.partition(T("sheet.code"))[2].partition(T("sheet.groups", count=8))[0]
    groups = re.findall(r"\b[0-9A-Z]{4}\b", code)
    assert len(groups) == 8
    assert luisteraars.recover(context.engine, reader, " ".join(groups), "x" * 12) == key
    assert out.stat().st_mode & 0o777 == 0o600
    assert len(PdfReader(out).pages) == 1
    assert reader.fingerprint in text


@pytest.mark.slow
@pytest.mark.usefixtures("context")
def test_a_later_key_is_announced(context: AppContext, file: Path) -> None:
    run("luisteraar", "enrol", EMAIL, "--passphrase-file", file)

    result = run(
        "luisteraar", "enrol", "karim@waterrijk.example", "--passphrase-file", file, "--name", "K"
    )

    assert "aangekondigd" in result.output
    assert len(readers.active(luisteraars.everyone(context.engine), clock.today())) == 1
    listed = run("luisteraar", "list").output
    assert "luisteraar sinds" in listed
    assert "aangekondigd, luisteraar vanaf" in listed


@pytest.mark.slow
@pytest.mark.usefixtures("context")
def test_a_refused_enrolment_changes_nothing(
    context: AppContext, file: Path, tmp_path: Path
) -> None:
    existing = tmp_path / "er-al.pdf"
    existing.write_bytes(b"mine")
    weak = tmp_path / "kort.txt"
    weak.write_text("kort")
    accounts.add(context.engine, "bas@waterrijk.example", Role.BEHEERDER, None, "cli", clock.now())
    refused: list[tuple[str | Path, ...]] = [
        (EMAIL, "--passphrase-file", tmp_path / "nergens.txt"),
        (EMAIL, "--passphrase-file", weak),
        (EMAIL, "--passphrase-file", file, "--recovery", existing),
        (EMAIL, "--passphrase-file", file, "--recovery", tmp_path / "geen" / "map.pdf"),
        ("bas@waterrijk.example", "--passphrase-file", file, "--recovery", tmp_path / "b.pdf"),
        ("geen adres", "--passphrase-file", file),
    ]
    for arguments in refused:
        assert isinstance(run("luisteraar", "enrol", *arguments).exception, Refusal), arguments

    assert luisteraars.everyone(context.engine) == ()
    assert existing.read_bytes() == b"mine"
    assert not (tmp_path / "b.pdf").exists()


@pytest.mark.usefixtures("context")
def test_the_access_word_is_set_shown_and_removed(context: AppContext) -> None:
    assert "geen toegangswoord" in run("klaagmuur", "access-word").output
    assert "blauwe lepel" in run("klaagmuur", "access-word", "blauwe lepel").output
    assert access_word.access_word(context.engine) == "blauwe lepel"
    both = run("klaagmuur", "access-word", "a", "--none")
    assert isinstance(both.exception, InputRefused)
    assert "geen toegangswoord" in run("klaagmuur", "access-word", "--none").output
    assert access_word.access_word(context.engine) == ""
