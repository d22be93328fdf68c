"""Guessing a luisteraar's passphrase costs time, also for who has the account."""

from __future__ import annotations

import pytest

from monitor.access.backoff import FREE_FAILURES, LONGEST_WAIT
from monitor.context import AppContext
from monitor.klaagmuur import luisteraars
from monitor.klaagmuur.refusals import KeyRefused
from monitor.klaagmuur.unlock_throttle import UnlockThrottle
from monitor.locale import languages, texts
from tests.klaagmuur.conftest import PASSPHRASE, Enrol, Listener


def test_after_a_few_failures_an_attempt_waits_and_counts_for_nothing() -> None:
    moment = [1000.0]
    guesses = UnlockThrottle(lambda: moment[0])
    for _ in range(FREE_FAILURES + 1):
        guesses.begin("noor")
    for _ in range(50):
        with pytest.raises(KeyRefused) as refused:
            guesses.begin("noor")
    for language in languages():
        assert texts(language)(refused.value.key, **refused.value.words)
    guesses.begin("karim")  # another key waits for nobody
    moment[0] += 5

    guesses.begin("noor")


def test_the_wait_grows_and_ends() -> None:
    moment = [1000.0]
    guesses = UnlockThrottle(lambda: moment[0])
    for _ in range(30):
        guesses.begin("noor")
        moment[0] += LONGEST_WAIT
    guesses.forgive("noor")

    for _ in range(FREE_FAILURES):
        guesses.begin("noor")


def test_the_right_passphrase_is_not_looked_at_either_while_it_waits(
    context: AppContext, noor: Listener, enrol: Enrol
) -> None:
    for number in range(FREE_FAILURES + 1):
        with pytest.raises(KeyRefused, match=r"unlock\.wrong"):
            luisteraars.unlock(context.engine, noor.who, f"geraden nummer {number}")

    with pytest.raises(KeyRefused, match=r"unlock\.wait"):
        luisteraars.unlock(context.engine, noor.who, PASSPHRASE)
    karim = enrol("Karim")
    assert luisteraars.unlock(context.engine, karim.who, PASSPHRASE) == karim.key


def test_who_types_it_right_now_and_then_never_waits(context: AppContext, noor: Listener) -> None:
    for _ in range(3):
        for number in range(FREE_FAILURES - 1):
            with pytest.raises(KeyRefused, match=r"unlock\.wrong"):
                luisteraars.unlock(context.engine, noor.who, f"geraden nummer {number}")
        assert luisteraars.unlock(context.engine, noor.who, PASSPHRASE) == noor.key
