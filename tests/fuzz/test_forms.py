"""Whatever is sent to a staff page, by whomever: an answer in words, never an error of ours."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import accounts, csrf, results_link, sessions
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.klaagmuur import luisteraars
from monitor.klaagmuur.reader_key import Cost
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import periods
from monitor.pulse.invitations import codes, issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store.engine import writing
from monitor.store.tables import account
from monitor.web.account.cookies import FORM_COOKIE
from monitor.web.http.app import page_routes
from tests.fuzz.words import WORDS
from tests.plain_pages import application
from tests.scale import samples

TAKING = [route for route in page_routes if "POST" in (route.methods or ())]
PLACE = re.compile(r"{(\w+)[^}]*}")
FIELD = re.compile(
    r'<(?:input|button|textarea|select)[^>]*?name="([^"]+)"(?:[^>]*?value="([^"]*)")?'
)
TEAM = "wmo-oost"
NONCE = "n" * 22
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
KINDS = (*[FORM] * 8, *[PARTS] * 4, "application/json", "text/plain; charset=x", "")
TROUBLES = ("request.failed", "store.trouble", "background.failed")
insecure_quick_cost = Cost(rounds=1, memory=8192)

Form = dict[str, tuple[str, ...]]
"""The fields of a form, and for each the values our own pages give it."""


@dataclass(frozen=True)
class Street:
    """The pages, and what may be known of them: words worth trying, and keys to the doors."""

    client: TestClient
    context: AppContext
    places: dict[str, tuple[str, ...]]
    """What belongs in the places of a path, by name."""
    forms: dict[str, Form]
    sessions: tuple[str, ...]


@dataclass(frozen=True)
class Sent:
    """One request."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@pytest.fixture
def street(context: AppContext) -> Iterator[Street]:
    """A town with an open round, a luisteraar, and somebody signed in for every role."""
    now, engine = clock.now(), context.engine
    import_tree(engine, Tree((Unit("stad", None, "Stad"), Unit(TEAM, "stad", "Oost"))), "test", now)
    period = periods.containing(clock.today())
    closes = clock.today() + timedelta(days=9)
    rounds.open_round(
        context, period, load(context.settings.questionnaire_file), closes, "test", now
    )
    made = issue.invite(context, period, {TEAM: samples(40)}, "test", now)
    tokens = tuple(_signed_in(context, role) for role in Role)
    listener = luisteraars.account_of(engine, f"{Role.LUISTERAAR}@stad.example")
    assert listener is not None
    key = luisteraars.make_key("vier losse natte eenden", insecure_quick_cost)
    luisteraars.enrol(engine, listener, "Noor", key, "test", now)
    welcome = accounts.add(engine, "nieuw@stad.example", Role.TOEZICHT, None, "test", now)
    places = {
        "code": tuple(codes.show(one.code) for one in made),
        "token": (results_link.token(context.secret, TEAM, 0), welcome),
        "name": ("uitleg", period),
    }
    with TestClient(application(), follow_redirects=False) as client:
        yield Street(client, context, places, _forms(client, places, tokens), tokens)


def _signed_in(context: AppContext, role: Role) -> str:
    unit = TEAM if role is Role.LEIDINGGEVENDE else None
    email, now = f"{role}@stad.example", clock.now()
    accounts.add(context.engine, email, role, unit, "test", now)
    with writing(context.engine) as connection:
        known = select(account.c.id).where(account.c.email == email)
        return sessions.start(connection, connection.execute(known).scalar_one(), now)


def _forms(
    client: TestClient, places: dict[str, tuple[str, ...]], tokens: tuple[str, ...]
) -> dict[str, Form]:
    """What our own pages ask, per route."""
    found: dict[str, set[tuple[str, str]]] = {}
    for route in page_routes:
        if "GET" not in (route.methods or ()):
            continue
        name = next(iter(PLACE.findall(route.path)), "")
        for path in {PLACE.sub(one, route.path) for one in places.get(name, ("x",))[:2]}:
            for token in ("", *tokens):
                page = client.get(path, headers=_cookies(token)).text
                found.setdefault(route.path, set()).update(FIELD.findall(page))
    everything = set().union(*found.values())
    assert len({name for name, _ in everything}) > 20
    return {route.path: _values(found.get(route.path) or everything) for route in page_routes}


def _values(pairs: set[tuple[str, str]]) -> Form:
    names = sorted({name for name, _ in pairs} - {"formulier"})
    return {name: tuple(sorted(v for n, v in pairs if n == name)) for name in names}


def _cookies(session: str) -> dict[str, str]:
    kept = {FORM_COOKIE: NONCE} | ({sessions.COOKIE: session} if session else {})
    return {"cookie": "; ".join(f"{name}={value}" for name, value in kept.items())}


@st.composite
def requests(draw: st.DrawFn, street: Street) -> Sent:
    """Anything, but mostly what gets past the first look."""
    route = draw(st.sampled_from([*page_routes, *TAKING, *TAKING, *TAKING]))

    def fill(place: re.Match[str]) -> str:
        good = st.sampled_from(street.places.get(place[1], ("x",)))
        return quote(draw(st.one_of(good, good, good, WORDS)), safe="")

    session = draw(st.sampled_from(["", *street.sessions]))
    fields = draw(_answers(street.forms[route.path]))
    if draw(st.integers(0, 5)):  # mostly as on our own page
        bound = draw(st.sampled_from([session or NONCE, session or NONCE, NONCE]))
        fields = [*fields, ("formulier", csrf.token(street.context.secret, bound))]
    kind = draw(st.sampled_from(KINDS))
    body = _multipart(fields) if kind == PARTS else urlencode(fields).encode()
    words = draw(st.sampled_from(["nl", "en;q=x", ""]))
    return Sent(
        method=draw(st.sampled_from([*sorted(route.methods or ()) * 9, "POST"])),
        path=PLACE.sub(fill, route.path),
        query=draw(st.one_of(st.just(""), WORDS.map(lambda word: f"taal={quote(word)}"))),
        headers={"content-type": kind, "accept-language": words} | _cookies(session),
        body=draw(st.one_of([st.just(body)] * 9 + [st.binary(max_size=300)])),
    )


def _answers(form: Form) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Every field once, mostly with a value it may have; or fields as they fall."""
    each = [
        st.tuples(st.just(name), st.one_of(st.sampled_from([*values, ""]), WORDS))
        for name, values in form.items()
    ]
    whole = st.tuples(*each).map(list)
    if not each:
        return whole
    return st.one_of(whole, whole, st.lists(st.one_of(each), max_size=14))


def _multipart(fields: list[tuple[str, str]]) -> bytes:
    def part(name: str, value: str) -> str:
        file = '; filename="f.csv"' if name in ("bestand", "file") else ""
        return f'--x\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{value}\r\n'

    return ("".join(part(*pair) for pair in fields) + "--x--\r\n").encode("utf-8", "replace")


@settings(
    max_examples=samples(200),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_an_answer_in_words_and_never_an_error_of_ours(
    street: Street,
    caplog: pytest.LogCaptureFixture,
    data: st.DataObject,
    store: str,
    tally: Counter[str],
) -> None:
    sent = data.draw(requests(street))
    tally[f"requests to staff pages, {store}"] += 1
    caplog.clear()

    with caplog.at_level(logging.INFO):
        answer = street.client.request(
            sent.method, f"{sent.path}?{sent.query}", headers=sent.headers, content=sent.body
        )

    event(f"{sent.method} {answer.status_code} {sent.path.split('/')[1]}")
    assert answer.status_code < 500 or answer.status_code == 503
    assert "Traceback" not in answer.text
    told = " ".join(str(record.msg) for record in caplog.records)
    assert not any(trouble in told for trouble in TROUBLES)
