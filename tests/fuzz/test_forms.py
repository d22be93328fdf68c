"""Whatever anybody sends to a plain page, the answer is in words and the app never fails."""

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
from monitor.web.klaagmuur import conversation, write
from tests.fuzz.words import WORDS
from tests.plain_pages import application
from tests.scale import samples

POSTING = [route for route in page_routes if "POST" in (route.methods or ())]
PARAMETER = re.compile(r"{(\w+)[^}]*}")
FIELD = re.compile(
    r'<(?:input|button|textarea|select)[^>]*?name="([^"]+)"(?:[^>]*?value="([^"]*)")?'
)
TEAM = "wmo-oost"
NONCE = "n" * 22
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
KINDS = (*[FORM] * 8, *[PARTS] * 4, "application/json", "text/plain; charset=x", "")
FAILURES = ("request.failed", "store.trouble", "background.failed")
insecure_quick_cost = Cost(rounds=1, memory=8192)

Form = dict[str, tuple[str, ...]]
"""The fields of a form, each with the values it has on our own pages."""


@dataclass(frozen=True)
class Pages:
    """The pages, with path parameters, form fields and sessions that get past the first check."""

    client: TestClient
    context: AppContext
    parameters: dict[str, tuple[str, ...]]
    """Valid values of path parameters, by name."""
    forms: dict[str, Form]
    sessions: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """A request to send."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@pytest.fixture
def pages(context: AppContext, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    """The pages of a town with an open round and a luisteraar, and a session of every role."""
    monkeypatch.setattr(write, "ANSWER_SECONDS", 0.0)
    monkeypatch.setattr(conversation, "WRONG_CODE_SECONDS", 0.0)
    now, engine = clock.now(), context.engine
    import_tree(engine, Tree((Unit("stad", None, "Stad"), Unit(TEAM, "stad", "Oost"))), "test", now)
    period = periods.containing(clock.today())
    closes = clock.today() + timedelta(days=9)
    rounds.open_round(
        context, period, load(context.settings.questionnaire_file), closes, "test", now
    )
    invitations = issue.invite(context, period, {TEAM: samples(40)}, "test", now)
    tokens = tuple(_signed_in(context, role) for role in Role)
    listener = luisteraars.account_of(engine, f"{Role.LUISTERAAR}@stad.example")
    assert listener is not None
    key = luisteraars.make_key("vier losse natte eenden", insecure_quick_cost)
    luisteraars.enrol(engine, listener, "Noor", key, "test", now)
    welcome = accounts.add(engine, "nieuw@stad.example", Role.TOEZICHT, None, "test", now)
    parameters = {
        "code": tuple(codes.show(invitation.code) for invitation in invitations),
        "token": (results_link.token(context.secret, TEAM, 0), welcome),
        "name": ("uitleg", period),
    }
    with TestClient(application(), follow_redirects=False) as client:
        yield Pages(client, context, parameters, _forms(client, parameters, tokens), tokens)


def _signed_in(context: AppContext, role: Role) -> str:
    unit = TEAM if role is Role.LEIDINGGEVENDE else None
    email, now = f"{role}@stad.example", clock.now()
    accounts.add(context.engine, email, role, unit, "test", now)
    with writing(context.engine) as connection:
        account_id = select(account.c.id).where(account.c.email == email)
        return sessions.start(connection, connection.execute(account_id).scalar_one(), now)


def _forms(
    client: TestClient, parameters: dict[str, tuple[str, ...]], tokens: tuple[str, ...]
) -> dict[str, Form]:
    """The form fields of our own pages, per route."""
    fields: dict[str, set[tuple[str, str]]] = {}
    for route in page_routes:
        if "GET" not in (route.methods or ()):
            continue
        name = next(iter(PARAMETER.findall(route.path)), "")
        for path in {
            PARAMETER.sub(value, route.path) for value in parameters.get(name, ("x",))[:2]
        }:
            for token in ("", *tokens):
                page = client.get(path, headers=_cookies(token)).text
                fields.setdefault(route.path, set()).update(FIELD.findall(page))
    everything = set().union(*fields.values())
    assert len({name for name, _ in everything}) > 20
    return {route.path: _values(fields.get(route.path) or everything) for route in page_routes}


def _values(pairs: set[tuple[str, str]]) -> Form:
    names = sorted({name for name, _ in pairs} - {"formulier"})
    return {name: tuple(sorted(v for n, v in pairs if n == name)) for name in names}


def _cookies(session: str) -> dict[str, str]:
    cookies = {FORM_COOKIE: NONCE} | ({sessions.COOKIE: session} if session else {})
    return {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


@st.composite
def requests(draw: st.DrawFn, pages: Pages) -> Request:
    """Any request, but mostly one that gets past the first check."""
    route = draw(st.sampled_from([*page_routes, *POSTING, *POSTING, *POSTING]))

    def fill(match: re.Match[str]) -> str:
        good = st.sampled_from(pages.parameters.get(match[1], ("x",)))
        return quote(draw(st.one_of(good, good, good, WORDS)), safe="")

    session = draw(st.sampled_from(["", *pages.sessions]))
    fields = draw(_answers(pages.forms[route.path]))
    if draw(st.integers(0, 5)):  # mostly as on our own page
        bound = draw(st.sampled_from([session or NONCE, session or NONCE, NONCE]))
        fields = [*fields, ("formulier", csrf.token(pages.context.secret, bound))]
    kind = draw(st.sampled_from(KINDS))
    body = _multipart(fields) if kind == PARTS else urlencode(fields).encode()
    words = draw(st.sampled_from(["nl", "en;q=x", ""]))
    return Request(
        method=draw(st.sampled_from([*sorted(route.methods or ()) * 9, "POST"])),
        path=PARAMETER.sub(fill, route.path),
        query=draw(st.one_of(st.just(""), WORDS.map(lambda word: f"taal={quote(word)}"))),
        headers={"content-type": kind, "accept-language": words} | _cookies(session),
        body=draw(st.one_of([st.just(body)] * 9 + [st.binary(max_size=300)])),
    )


def _answers(form: Form) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Every field once, mostly with a valid value; or any fields any number of times."""
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


@pytest.mark.slow
@settings(
    max_examples=samples(200),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_an_answer_in_words_and_never_an_error_of_ours(
    pages: Pages,
    caplog: pytest.LogCaptureFixture,
    data: st.DataObject,
    store: str,
    tally: Counter[str],
) -> None:
    request = data.draw(requests(pages))
    tally[f"requests to staff pages, {store}"] += 1
    caplog.clear()

    with caplog.at_level(logging.INFO):
        answer = pages.client.request(
            request.method,
            f"{request.path}?{request.query}",
            headers=request.headers,
            content=request.body,
        )

    event(f"{request.method} {answer.status_code} {request.path.split('/')[1]}")
    assert answer.status_code < 500 or answer.status_code == 503
    assert "Traceback" not in answer.text
    log = " ".join(str(record.msg) for record in caplog.records)
    assert not any(trouble in log for trouble in FAILURES)
