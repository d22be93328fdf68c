"""What is read from a secret's file can be typed again by whoever wrote it."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from monitor.access.passphrase import check
from monitor.config import settings
from monitor.errors import InputRefused, SettingsRefused
from monitor.inputs.secret_files import read_secret_line
from monitor.locale import texts

SECRET = "vijf löse natte eenden"


@pytest.mark.parametrize(
    "content",
    [
        SECRET.encode(),
        f"{SECRET}\n".encode(),
        f"{SECRET}\r\n".encode(),
        codecs.BOM_UTF8 + f"{SECRET}\r\n".encode(),
        f"{SECRET}\r\n".encode("utf-16"),
    ],
)
def test_an_editors_marks_are_no_part_of_it(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "wachtzin.txt"
    file.write_bytes(content)

    assert read_secret_line(file) == SECRET


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f" {SECRET}", "secret_file.blank"),
        (f"{SECRET} \n", "secret_file.blank"),
        (f"{SECRET}\u00a0\n", "secret_file.blank"),
        (f"\t{SECRET}", "secret_file.invisible"),
        (f"{SECRET}\u200b\n", "secret_file.invisible"),
        (f"vijf\u00adlosse{SECRET}", "secret_file.invisible"),
        (f"\ufeff\ufeff{SECRET}", "secret_file.invisible"),
        (f"{SECRET}\n\n", "secret_file.one_line"),
        (f"{SECRET}\nnog een", "secret_file.one_line"),
        ("", "secret_file.one_line"),
        ("\ufeff\r\n", "secret_file.one_line"),
    ],
)
def test_what_nobody_could_type_again_is_refused(text: str, key: str, tmp_path: Path) -> None:
    file = tmp_path / "wachtzin.txt"
    file.write_bytes(text.encode())

    with pytest.raises(InputRefused) as refused:
        read_secret_line(file)

    assert refused.value.key == key
    for language in ("nl", "en"):
        sentence = texts(language)(key, **refused.value.words)
        assert "wachtzin.txt" in sentence
        assert "eenden" not in sentence


def test_another_encoding_is_not_guessed(tmp_path: Path) -> None:
    file = tmp_path / "wachtzin.txt"
    file.write_bytes(SECRET.encode("cp1252"))

    with pytest.raises(InputRefused) as refused:
        read_secret_line(file)

    assert refused.value.key == "secret_file.encoding"


@pytest.mark.parametrize(
    ("passphrase", "key"),
    [
        (f"{SECRET}\u200b", "passphrase.invisible"),
        (f"\ufeff{SECRET}", "passphrase.invisible"),
        (f"vijf\u00adlosse {SECRET}", "passphrase.invisible"),
        (f"{SECRET} ", "passphrase.blank"),
        (f"\u00a0{SECRET}", "passphrase.blank"),
    ],
)
def test_a_pasted_passphrase_is_refused_for_the_same_reasons(passphrase: str, key: str) -> None:
    with pytest.raises(InputRefused) as refused:
        check(passphrase)

    assert refused.value.key == key
    check(SECRET.replace(" ", "\u00a0"))  # typed back with spaces it is the same


@pytest.mark.parametrize("name", ["OIDC_CLIENT_SECRET", "SMTP_URL", "BASE_URL"])
def test_a_setting_with_an_invisible_sign_stops_the_start(name: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        settings.read({"HOME": "/home/noor", f"TEAMKLIMAAT_{name}": "https://a\u200b.example"})

    assert (refused.value.key, refused.value.words["name"]) == (
        "settings.invisible",
        f"TEAMKLIMAAT_{name}",
    )
