"""The vault: readable only with the installation's secret and for one account."""

from __future__ import annotations

from monitor.store import vault

SECRET = b"a" * 32
OTHER = b"b" * 32


def test_what_was_sealed_opens_again() -> None:
    sealed = vault.seal(SECRET, "sanne", b"JBSWY3DP")

    assert vault.unseal(SECRET, "sanne", sealed) == b"JBSWY3DP"
    assert b"JBSWY3DP" not in sealed
    assert sealed != vault.seal(SECRET, "sanne", b"JBSWY3DP")


def test_it_opens_with_no_other_secret_for_no_other_account_and_not_when_changed() -> None:
    sealed = vault.seal(SECRET, "sanne", b"JBSWY3DP")
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])

    assert vault.unseal(OTHER, "sanne", sealed) is None
    assert vault.unseal(SECRET, "karim", sealed) is None
    assert vault.unseal(SECRET, "sanne", changed) is None
    assert vault.unseal(SECRET, "sanne", b"") is None


def test_a_fingerprint_follows_from_secret_account_and_text() -> None:
    fingerprint = vault.fingerprint(SECRET, "sanne", "ABCD")

    assert fingerprint == vault.fingerprint(SECRET, "sanne", "ABCD")
    assert fingerprint not in {
        vault.fingerprint(OTHER, "sanne", "ABCD"),
        vault.fingerprint(SECRET, "karim", "ABCD"),
        vault.fingerprint(SECRET, "sanne", "ABCE"),
    }
