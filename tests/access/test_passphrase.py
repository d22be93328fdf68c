"""Which passphrases are good enough, and how they are kept."""

from __future__ import annotations

import pytest

from monitor.access import passphrase
from monitor.errors import InputRefused

pytestmark = pytest.mark.real_hashing
GOOD = "vier losse natte eenden"


def refusal(phrase: str, email: str = "") -> str:
    with pytest.raises(InputRefused) as refused:
        passphrase.check(phrase, email)
    assert phrase not in refused.value.words.values()
    return refused.value.key


@pytest.mark.parametrize("phrase", [GOOD, "kort maar goed", "Zeehond-47-Lamp!", "g7#Kw0-pQz!e"])
def test_twelve_symbols_that_are_not_common_will_do(phrase: str) -> None:
    passphrase.check(phrase, "sanne@waterrijk.example")


@pytest.mark.parametrize("phrase", ["", "elf tekens!", " " * 11])
def test_fewer_than_twelve_symbols_are_refused(phrase: str) -> None:
    assert refusal(phrase) == "passphrase.short"


def test_more_than_the_longest_is_refused() -> None:
    assert refusal(GOOD * 20) == "passphrase.long"


@pytest.mark.parametrize(
    "phrase",
    [
        "Wachtwoord2026",
        "Welkom-123456",
        "12345678901234",
        "qwertyuiop[]",
        "aaaaaaaaaaaa",
        "abababababab",
        "abcdefghijklm",
        "Correct Horse Battery Staple",
        "            ",
    ],
)
def test_common_ones_are_refused_however_they_are_dressed_up(phrase: str) -> None:
    assert refusal(phrase) == "passphrase.common"


def test_the_own_address_is_refused() -> None:
    assert refusal("Sanne@Waterrijk.example", "sanne@waterrijk.example") == "passphrase.common"


@pytest.mark.slow
def test_only_the_right_passphrase_matches_its_hash() -> None:
    stored = passphrase.hashed(GOOD)

    assert stored.startswith("$argon2id$")
    assert GOOD not in stored
    assert passphrase.matches(stored, GOOD)
    assert not passphrase.matches(stored, GOOD + " ")
    assert not passphrase.matches(stored, "")
    assert stored != passphrase.hashed(GOOD)


@pytest.mark.slow
def test_without_a_hash_or_with_a_damaged_one_nothing_matches() -> None:
    assert not passphrase.matches(None, GOOD)
    assert not passphrase.matches(None, "")
    assert not passphrase.matches("$argon2id$broken", GOOD)


@pytest.mark.slow
def test_two_ways_of_typing_an_accent_are_one_passphrase() -> None:
    stored = passphrase.hashed("caf\u00e9 in de regen")

    assert passphrase.matches(stored, "cafe\u0301 in de regen")


@pytest.mark.slow
def test_a_hash_of_older_settings_is_told_apart() -> None:
    assert not passphrase.outdated(passphrase.hashed(GOOD))
    assert passphrase.outdated(
        "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$M8xC5a4lpGjpZLaJpzpDBQnFTTeZ2sb1HZcAAuRnDPE"
    )
