"""Whatever anybody puts in a field of the dashboard, the app never fails."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Radio, Selectbox
from streamlit.util import calc_hash

from monitor import clock
from monitor.access import accounts, sessions, tokens
from monitor.access.roles import Role
from monitor.config.settings import ROOT
from monitor.context import AppContext
from monitor.dashboard import navigation, session
from monitor.dashboard.results import method
from monitor.klaagmuur import luisteraars, vents
from monitor.klaagmuur.content import Vent
from monitor.klaagmuur.luisteraars import NewKey
from monitor.klaagmuur.reader_key import Cost
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.unlocked import HOLDER
from monitor.klaagmuur.vents import Draft
from monitor.logs import Note
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.store.engine import writing
from monitor.store.tables import account
from tests.fuzz.words import WORDS
from tests.scale import samples

SCRIPT = ROOT / "monitor" / "dashboard" / "main.py"
TREE = Tree((Unit("stad", None, "Stad"), Unit("wmo", "stad", "Wmo"), Unit("oost", "wmo", "Oost")))
insecure_quick_cost = Cost(rounds=1, memory=8192)
PASSPHRASE = "vier losse natte eenden"

RESULTS = ("", "verloop", "vragen", "onderdelen", method.ADDRESS)
OPENED_BY = {
    Role.LEIDINGGEVENDE: (*RESULTS, "gesprek", "afspraken", "verzoeken", "team", "wathelpt"),
    Role.TOEZICHT: (
        *RESULTS, "verzoeken", "berichten", "klaagmuurthemas", "vragenlijsten", "logboek",
        "toezicht", "deelname", "reservekopie", "verslagen",
    ),
    Role.LUISTERAAR: ("postvak", "themastellen", "luisteraar"),
    Role.BEHEERDER: (
        "inrichten", "organisatie", "leden", "accounts", "instellingen", "hulplijnen",
        "rondes", "vragenlijsten", "logboek", "gezondheid",
    ),
}  # fmt: skip
PAGES = [(role, address) for role, addresses in OPENED_BY.items() for address in addresses]
NEWCOMER = "nieuw"
"""A luisteraar without a key, who sees other forms."""


@dataclass(frozen=True)
class Dashboard:
    """The dashboard with a session of every role."""

    sessions: dict[str, str]
    noor: Luisteraar
    key: NewKey

    def open(self, who: str, address: str, cookie: pytest.MonkeyPatch) -> AppTest:
        """Open a page and run it once, with the key of Noor unlocked."""
        token = self.sessions[who]
        digest = tokens.digest(token)
        assert digest is not None
        HOLDER.put(digest, self.noor.id if who == Role.LUISTERAAR else "", self.key.key)
        cookie.setattr(session, "cookie", lambda _secure: token)
        page = AppTest.from_file(str(SCRIPT), default_timeout=60)
        page._page_hash = calc_hash(address)
        return page.run()


@pytest.fixture
def dashboard(context: AppContext, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dashboard]:
    """An installation with units, a vent to Noor, and a luisteraar without a key."""
    for kind in (Selectbox, Radio):
        monkeypatch.setattr(kind, "index", _by_position(kind))
    now, engine = clock.now(), context.engine
    import_tree(engine, TREE, "test", now)
    tokens_of = {}
    for name in (*Role, NEWCOMER):
        role = Role.LUISTERAAR if name == NEWCOMER else Role(name)
        email = f"{name}@stad.example"
        accounts.add(engine, email, role, "wmo" if role is Role.LEIDINGGEVENDE else None, "t", now)
        with writing(engine) as connection:
            rows = connection.execute(select(account.c.id).where(account.c.email == email))
            tokens_of[str(name)] = sessions.start(connection, rows.scalar_one(), now)
    listener = luisteraars.account_of(engine, f"{Role.LUISTERAAR}@stad.example")
    assert listener is not None
    key = luisteraars.make_key(PASSPHRASE, insecure_quick_cost)
    noor = luisteraars.enrol(engine, listener, "Noor", key, "t", now)
    vents.send(context, Draft(Vent(text="Dit moest er even uit.")), now)
    yield Dashboard(tokens_of, noor, key)
    for token in tokens_of.values():
        HOLDER.lock(tokens.digest(token) or b"")


def test_every_page_is_tried() -> None:
    tried = {address for _, address in PAGES}

    assert tried == {"", *(place.address for place in navigation.PAGES)}


def fill(page: AppTest, rng: random.Random, words: Sequence[str]) -> None:
    """Fill in every field, mostly with a value that a browser would let through."""
    for box in [*page.text_input, *page.text_area]:
        box.set_value(rng.choice([*words, PASSPHRASE, str(box.value)]))
    for choice in [*page.selectbox, *page.radio]:
        if choice.options:
            choice.picked = rng.randrange(len(choice.options))
    for tick in [*page.checkbox, *page.toggle]:
        tick.set_value(rng.random() < 0.5)
    for number in page.number_input:
        number.set_value(rng.choice([number.value, number.min, number.max]))
    for day in page.date_input:
        # A browser limits the range; a message made by hand does not.
        day.set_value(rng.choice([day.value, date.fromordinal(rng.randint(1, 3_652_059))]))
    assert not page.multiselect, "a kind of field that is not filled in here"
    if page.button:
        rng.choice(list(page.button)).click()


def _by_position(kind: type[Selectbox[Any]] | type[Radio[Any]]) -> property:
    """The chosen option by its position, as a browser sends it; the framework wants its value."""
    own = kind.index.fget  # type: ignore[attr-defined]
    return property(lambda element: element.picked if hasattr(element, "picked") else own(element))


@pytest.mark.slow
@settings(
    max_examples=samples(8),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take too long
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    role_and_address=st.sampled_from(PAGES),
    new=st.booleans(),
    words=st.lists(WORDS, min_size=12, max_size=12),
    seed=st.integers(0, 2**32),
)
def test_what_is_filled_in_is_kept_or_refused_in_words(
    dashboard: Dashboard,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    role_and_address: tuple[Role, str],
    new: bool,
    words: list[str],
    seed: int,
    tally: Counter[str],
    store: str,
) -> None:
    # The values come from a seed, as what a page asks depends on what was sent before.
    (role, address), rng = role_and_address, random.Random(seed)
    name = NEWCOMER if new and role is Role.LUISTERAAR else role
    caplog.clear()

    with caplog.at_level(logging.INFO):
        page = dashboard.open(name, address, monkeypatch)
        for _ in range(2):
            fill(page, rng, words)
            page.run()
            tally[f"dashboard forms sent, {store}"] += 1

    event(f"{role} {address}")
    assert not page.exception
    assert [
        r.msg.facts for r in caplog.records if isinstance(r.msg, Note) and r.levelno >= 40
    ] == []
