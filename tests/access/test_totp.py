"""Time-based codes: the examples of RFC 6238, and the address for an app on a telephone."""

from __future__ import annotations

from base64 import b32encode
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from monitor.access import totp

PUBLISHED = b32encode(b"12345678901234567890").decode()
"""The secret of RFC 6238, appendix B; its codes there have eight digits, ours the last six."""


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_codes_are_those_of_the_standard(moment: int, code: str) -> None:
    assert totp.step_of(PUBLISHED, code, moment) == moment // 30


def test_a_clock_may_be_half_a_minute_off_and_no_more() -> None:
    step = 1111111111 // 30
    around = {late: totp.step_of(PUBLISHED, "050471", (step + late) * 30) for late in range(-3, 4)}

    assert around == {-3: None, -2: None, -1: step, 0: step, 1: step, 2: None, 3: None}


@pytest.mark.parametrize("typed", ["050 471", " 050471 ", "0504\t71"])
def test_spaces_do_not_matter(typed: str) -> None:
    assert totp.step_of(PUBLISHED, typed, 1111111111) is not None


@pytest.mark.parametrize(
    "typed", ["", "50471", "0504711", "05O471", "٠٥٠٤٧١", "-50471", "050471\x00"]
)
def test_anything_else_is_no_code(typed: str) -> None:
    assert totp.step_of(PUBLISHED, typed, 1111111111) is None


def test_the_app_is_told_the_secret_and_what_to_call_it() -> None:
    secret = totp.new_secret()
    parts = urlsplit(totp.address(secret, "sanne@waterrijk.example", "Teamklimaat"))

    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Teamklimaat:sanne@waterrijk.example"
    assert parse_qs(parts.query) == {"secret": [secret], "issuer": ["Teamklimaat"]}
    assert len(secret) == 32
    assert secret != totp.new_secret()
