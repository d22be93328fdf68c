"""The address of a team's own results."""

from __future__ import annotations

from monitor.access import results_link

SECRET = b"s" * 32
UNITS = [("werk", 0), ("werk-noord", 3), ("jeugd", 0)]


def test_a_token_leads_to_its_unit_and_no_other() -> None:
    for unit, version in UNITS:
        token = results_link.token(SECRET, unit, version)
        assert results_link.unit_of(SECRET, UNITS, token) == unit


def test_a_token_of_an_earlier_version_another_house_or_nonsense_leads_nowhere() -> None:
    for token in (
        results_link.token(SECRET, "werk-noord", 2),
        results_link.token(b"t" * 32, "werk", 0),
        results_link.token(SECRET, "onbekend", 0),
        results_link.token(SECRET, "werk", 0)[:-1],
        "",
        "é" * results_link.TOKEN_LENGTH,
    ):
        assert results_link.unit_of(SECRET, UNITS, token) is None


def test_a_token_is_safe_in_an_address_and_carries_no_name() -> None:
    token = results_link.token(SECRET, "werk", 0)

    assert len(token) == results_link.TOKEN_LENGTH
    assert token.replace("-", "").replace("_", "").isalnum()
    assert "werk" not in token


def test_unit_and_version_cannot_be_shifted_into_each_other() -> None:
    assert results_link.token(SECRET, "1\0werk", 0) != results_link.token(SECRET, "werk", 1)
