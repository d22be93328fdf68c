"""A luisteraar with a key, and what is written to her."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from monitor import clock
from monitor.access import tokens
from monitor.context import AppContext
from monitor.klaagmuur import luisteraars, vents
from monitor.klaagmuur.content import Intention, Vent
from monitor.klaagmuur.enrolment import WAITING
from monitor.klaagmuur.luisteraars import NewKey
from monitor.klaagmuur.reader_key import Cost
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.unlocked import HOLDER
from monitor.klaagmuur.vents import Draft
from tests.dashboard.conftest import SignIn
from tests.dashboard.pages import press_labelled

PASSPHRASE = "vijf losse natte eenden"
EMAIL = "luisteraar@waterrijk.example"
TEXT = "Het was me *te veel* <b>vandaag</b>."


@pytest.fixture
def token(sign_in: SignIn) -> Iterator[str]:
    """Noor's session."""
    started = sign_in("luisteraar")
    yield started
    digest = session_digest(started)
    HOLDER.lock(digest)
    WAITING.forget(digest)


@pytest.fixture
def noor(context: AppContext, token: str) -> Luisteraar:
    """A luisteraar with a key."""
    account = luisteraars.account_of(context.engine, EMAIL)
    assert account is not None
    return luisteraars.enrol(context.engine, account, "Noor", quick_key(), "test", clock.now())


def quick_key() -> NewKey:
    """A key that costs little to unlock."""
    return luisteraars.make_key(PASSPHRASE, Cost(rounds=1, memory=8192))


def session_digest(token: str) -> bytes:
    """The digest by which this process knows a session."""
    digest = tokens.digest(token)
    assert digest is not None
    return digest


def send(context: AppContext, **fields: object) -> str:
    """Send a vent; the receipt code."""
    content = {"text": TEXT, "intention": Intention.REPLY} | fields
    return vents.send(context, Draft(Vent(**content)), clock.now())  # type: ignore[arg-type]


def unlock(page: AppTest, passphrase: str = PASSPHRASE) -> AppTest:
    """Type the passphrase and unlock."""
    page.text_input[0].set_value(passphrase)
    return press_labelled(page, "Openen")


def session_state(page: AppTest) -> str:
    """Everything the framework keeps of the session, what was typed among it."""
    kept = page._session_state._state
    return repr([getattr(kept, name) for name in ("_old_state", "_new_session_state")]) + repr(
        [kept._new_widget_state.states, kept._current_interaction_widget_states]
    )
