"""Signing in by way of the organisation's provider, against a real one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from httpx2 import Response
from joserfc.errors import InvalidClaimError, JoseError
from sqlalchemy import func, select
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import accounts, oidc, pending_login, sessions, single_sign_on, sso_attempts
from monitor.access.identity_provider import Mismatch
from monitor.access.oidc import Client
from monitor.access.roles import Grant, Person, Role
from monitor.access.sso_rules import SsoRules, parse
from monitor.context import AppContext, current_context
from monitor.errors import AccessRefused
from monitor.store import audit
from monitor.store.access_tables import sso_person
from monitor.store.engine import reading
from monitor.store.tables import account
from monitor.web.account import cookies
from tests.oidc import provider
from tests.oidc.conftest import RULES, Choose
from tests.oidc.provider import CLIENT, CLIENT_SECRET, OTHER_CLIENT, Wanted, sign_in_there
from tests.ports import free_port

BEA = "bea@waterrijk.example"
SANNE = "sanne@waterrijk.example"
GOOD = "vier losse natte eenden"
OUT, BACK = "/aanmelden/organisatie", "/aanmelden/terug"

Start = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def rules() -> SsoRules:
    """Roles follow from groups."""
    return parse(RULES, "sso.toml")


def set_out(browser: TestClient, naar: str = "/") -> str:
    answer = browser.get(OUT, params={"naar": naar})
    assert answer.status_code == 303
    return answer.headers["location"]


def arrive(browser: TestClient, address: str) -> Response:
    parts = urlsplit(address)
    return browser.get(f"{parts.path}?{parts.query}")


def sign_in(browser: TestClient, login: str, naar: str = "/") -> Response:
    return arrive(browser, sign_in_there(set_out(browser, naar), login))


def person(browser: TestClient) -> Person | None:
    token = browser.cookies.get(sessions.COOKIE)
    return sessions.person(current_context().engine, token, clock.now())


def refused(answer: Response) -> str:
    """The one sentence above the form."""
    assert answer.status_code == 403
    return answer.text.partition('role="alert"><p>')[2].partition("</p>")[0]


def count(context: AppContext, table: object) -> int:
    with reading(context.engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


@pytest.mark.parametrize("only_userinfo", [False, True])
def test_it_ends_in_the_same_session_with_the_roles_of_the_groups(
    browser: TestClient,
    wanted: Wanted,
    start: Start,
    choose: Choose,
    rules: SsoRules,
    only_userinfo: bool,
) -> None:
    wanted.port = free_port()
    wanted.only_userinfo = only_userinfo
    choose(rules)
    with start():
        answer = sign_in(browser, "sanne", "/verloop?onderdeel=werk")

    assert (answer.status_code, answer.headers["location"]) == (303, "/verloop?onderdeel=werk")
    signed_in = person(browser)
    assert signed_in is not None
    assert signed_in.email == SANNE
    assert set(signed_in.grants) == {Grant(Role.LEIDINGGEVENDE, "werk"), Grant(Role.TOEZICHT)}
    assert browser.cookies.get("teamklimaat_form") is None


def test_the_way_there_says_what_binds_it_to_the_way_back(
    browser: TestClient, start: Start, choose: Choose, rules: SsoRules
) -> None:
    choose(rules)
    with start():
        first, second = (parse_qs(urlsplit(set_out(browser)).query) for _ in range(2))

    assert first["response_type"] == ["code"]
    assert first["code_challenge_method"] == ["S256"]
    assert first["redirect_uri"] == [provider.BACK]
    assert first["scope"] == ["openid email profile"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) == 43
        assert first[name] != second[name]


def test_a_state_is_good_once(
    browser: TestClient, start: Start, choose: Choose, rules: SsoRules
) -> None:
    choose(rules)
    with start():
        back = sign_in_there(set_out(browser), "bea")
        nonce = browser.cookies["teamklimaat_form"]
        first = arrive(browser, back)
        browser.cookies.clear()
        browser.cookies.set("teamklimaat_form", nonce)
        again = arrive(browser, back)

    assert first.status_code == 303
    assert "al gebruikt" in refused(again)
    assert person(browser) is None


def test_a_state_is_good_in_its_own_browser_only(
    browser: TestClient, start: Start, choose: Choose, rules: SsoRules
) -> None:
    choose(rules)
    with start():
        back = sign_in_there(set_out(browser), "bea")
        own, name = browser.cookies["teamklimaat_form"], cookies.ATTEMPTS_COOKIE
        attempts = browser.cookies[name]
        for planted in ("", "p" * 22):
            browser.cookies.clear()
            browser.cookies.set("teamklimaat_form", planted)
            browser.cookies.set(name, attempts)
            assert "al gebruikt" in refused(arrive(browser, back))
        browser.cookies.clear()
        browser.cookies.set("teamklimaat_form", own)
        browser.cookies.set(name, attempts)
        assert arrive(browser, back).status_code == 303


def test_a_state_is_good_for_ten_minutes(
    browser: TestClient,
    start: Start,
    choose: Choose,
    rules: SsoRules,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choose(rules)
    with start():
        back = sign_in_there(set_out(browser), "bea")
        late = clock.now() + timedelta(seconds=sso_attempts.SECONDS)
        monkeypatch.setattr(clock, "now", lambda: late)
        assert "duurde te lang" in refused(arrive(browser, back))


def test_a_state_that_was_made_up_leads_nowhere(
    browser: TestClient, choose: Choose, rules: SsoRules
) -> None:
    choose(rules)

    bare = browser.get(BACK)
    assert (bare.status_code, bare.headers["location"]) == (303, "/aanmelden")
    for query in ("?state=&code=x", f"?state={'s' * 43}&code=x", "?code=x"):
        assert "duurde te lang" in refused(browser.get(BACK + query))


@pytest.mark.parametrize("column", ["nonce", "verifier"])
def test_a_wrong_nonce_or_verifier_is_refused(
    browser: TestClient, start: Start, choose: Choose, rules: SsoRules, column: str
) -> None:
    context = choose(rules)
    with start():
        back = sign_in_there(set_out(browser), "bea")
        nonce, name = browser.cookies["teamklimaat_form"], cookies.ATTEMPTS_COOKIE
        (attempt,) = sso_attempts.opened(context.secret, nonce, browser.cookies[name], clock.now())
        other = replace(attempt, flow=replace(attempt.flow, **{column: "n" * 43}))
        browser.cookies.delete(name)
        browser.cookies.set(name, sso_attempts.sealed(context.secret, nonce, [other]))
        answer = arrive(browser, back)

    assert "niet gelukt" in refused(answer)
    assert person(browser) is None
    assert count(context, sso_person) == 0


def test_an_expired_token_is_refused(
    browser: TestClient,
    wanted: Wanted,
    start: Start,
    choose: Choose,
    rules: SsoRules,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted.port = free_port()
    wanted.id_token_seconds = 1
    choose(rules)
    # Long enough for the token, not for the trip.
    late = clock.now() + timedelta(seconds=oidc.LEEWAY + 60)
    with start():
        back = sign_in_there(set_out(browser), "bea")
        monkeypatch.setattr(clock, "now", lambda: late)
        answer = arrive(browser, back)

    assert "niet gelukt" in refused(answer)
    assert person(browser) is None


def test_a_code_of_somebody_elses_trip_is_refused(
    browser: TestClient, start: Start, choose: Choose, rules: SsoRules
) -> None:
    """Somebody who is made to bring another person's code would be signed in as that person."""
    choose(rules)
    with start():
        stolen = parse_qs(urlsplit(sign_in_there(set_out(browser), "bea")).query)["code"][0]
        back = sign_in_there(set_out(browser), "sanne")
        own = parse_qs(urlsplit(back).query)["code"][0]
        answer = arrive(browser, back.replace(own, stolen))

    assert "niet gelukt" in refused(answer)
    assert person(browser) is None


def token_for(wanted: Wanted, client_id: str, nonce: str) -> tuple[Client, dict[str, str]]:
    """A real token response of the provider, for one of its clients."""
    client = Client(wanted.issuer, client_id, CLIENT_SECRET, provider.BACK, ("openid", "email"))
    flow = oidc.Flow("s" * 43, nonce, "v" * 64)
    back = sign_in_there(oidc.address(client, flow, clock.now()), "bea")
    answer = httpx2.post(
        f"{wanted.issuer}/token",
        data={
            "grant_type": "authorization_code",
            "code": parse_qs(urlsplit(back).query)["code"][0],
            "redirect_uri": provider.BACK,
            "code_verifier": flow.verifier,
        },
        auth=(client_id, CLIENT_SECRET),
    )
    return client, answer.json()


def test_a_token_is_for_us_from_them_for_this_trip_and_still_good(
    wanted: Wanted, start: Start
) -> None:
    now = clock.now()
    with start():
        ours, token = token_for(wanted, CLIENT, "n" * 43)
        _, of_another = token_for(wanted, OTHER_CLIENT, "n" * 43)
        hour = timedelta(hours=1)
        body = token["id_token"].split(".")
        unsigned = "eyJhbGciOiJub25lIn0." + body[1] + "."

        assert oidc.identity(ours, "n" * 43, token, now)["sub"] == "bea"
        with pytest.raises(InvalidClaimError, match="aud"):
            oidc.identity(ours, "n" * 43, of_another, now)
        with pytest.raises(InvalidClaimError, match="nonce"):
            oidc.identity(ours, "m" * 43, token, now)
        with pytest.raises(Mismatch, match="exp"):
            oidc.identity(ours, "n" * 43, token, now + hour)
        with pytest.raises(Mismatch, match="iat"):
            oidc.identity(ours, "n" * 43, token, now - hour)
        with pytest.raises(InvalidClaimError, match="at_hash"):
            oidc.identity(ours, "n" * 43, token | {"access_token": "another"}, now)
        for forged in (unsigned, ".".join([*body[:2], body[2][::-1]]), "", "a.b.c"):
            with pytest.raises((JoseError, ValueError)):
                oidc.identity(ours, "n" * 43, token | {"id_token": forged}, now)


def test_new_keys_of_the_provider_are_learned_in_passing(
    browser: TestClient, wanted: Wanted, start: Start, choose: Choose, rules: SsoRules
) -> None:
    wanted.port = free_port()
    choose(rules)
    with start():
        assert sign_in(browser, "bea").status_code == 303
    wanted.keys = [provider.new_key("second")]
    browser.cookies.clear()
    with start():
        assert sign_in(browser, "bea").status_code == 303

    assert person(browser) is not None


def test_an_address_nobody_checked_opens_no_account(
    browser: TestClient, start: Start, choose: Choose, rules: SsoRules
) -> None:
    context = choose(rules)
    accounts.add(context.engine, BEA, Role.BEHEERDER, None, "test", clock.now())
    with start():
        answer = sign_in(browser, "vreemd")

    assert "nagekeken" in refused(answer)
    assert person(browser) is None
    assert count(context, sso_person) == 0


def test_where_the_provider_hands_out_addresses_it_need_not_say_so(
    browser: TestClient, wanted: Wanted, start: Start, choose: Choose
) -> None:
    """Entra ID: no word on whether the address was checked, and roles instead of groups."""
    wanted.port = free_port()
    wanted.people["bea"] = {"preferred_username": BEA, "roles": ["a1b2"]}
    wanted.always = ("preferred_username", "roles")
    entra = 'email_checked = true\nemail_claim = "preferred_username"\ngroups_claim = "roles"\n'
    choose(parse(f'{entra}[[rules]]\ngroup = "a1b2"\nrole = "beheerder"\n', "sso.toml"))
    with start():
        sign_in(browser, "bea")

    signed_in = person(browser)
    assert signed_in is not None
    assert (signed_in.email, signed_in.grants) == (BEA, (Grant(Role.BEHEERDER),))


def test_groups_may_lie_deeper(
    browser: TestClient, wanted: Wanted, start: Start, choose: Choose
) -> None:
    """Keycloak: roles of the realm."""
    wanted.people["bea"]["realm_access"] = {"roles": ["klimaat-or"]}
    keycloak = 'groups_claim = "realm_access.roles"\n'
    choose(parse(f'{keycloak}[[rules]]\ngroup = "klimaat-or"\nrole = "toezicht"\n', "sso.toml"))
    with start():
        sign_in(browser, "bea")

    signed_in = person(browser)
    assert signed_in is not None
    assert signed_in.grants == (Grant(Role.TOEZICHT),)


def test_somebody_is_known_for_good_and_not_by_address(
    browser: TestClient, wanted: Wanted, start: Start, choose: Choose, rules: SsoRules
) -> None:
    choose(rules)
    wanted.people["opvolger"] = wanted.people["bea"]
    wanted.people["sanne"]["email_verified"] = True
    with start():
        sign_in(browser, "bea")
        browser.cookies.clear()
        successor = sign_in(browser, "opvolger")

    assert "iemand anders" in refused(successor)
    assert person(browser) is None
    wanted.people["bea"] = wanted.people["bea"] | {"email": "getrouwd@waterrijk.example"}
    with start():
        sign_in(browser, "bea")
    signed_in = person(browser)
    assert signed_in is not None
    assert signed_in.email == BEA


def test_roles_follow_the_groups_at_every_sign_in(
    browser: TestClient, wanted: Wanted, start: Start, choose: Choose, rules: SsoRules
) -> None:
    context = choose(rules)
    with start():
        sign_in(browser, "sanne")
    before = browser.cookies[sessions.COOKIE]
    wanted.people["sanne"]["groups"] = ["or"]
    browser.cookies.clear()
    with start():
        sign_in(browser, "sanne")
    elsewhere = sessions.person(context.engine, before, clock.now())
    assert elsewhere is not None
    assert elsewhere.grants == (Grant(Role.TOEZICHT),)

    wanted.people["sanne"]["groups"] = []
    browser.cookies.clear()
    with start():
        answer = sign_in(browser, "sanne")
    assert "geen rol" in refused(answer)
    assert sessions.person(context.engine, before, clock.now()) is None
    actions = {(e.actor, e.action, e.detail) for e in audit.entries(context.engine)}
    assert ("sso", "account.role_taken", f"{SANNE} leidinggevende werk") in actions


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"groups": []}, "geen rol"),
        ({"groups": ["leiding"], "department": "bestaat-niet"}, "geen rol"),
        ({"groups": "beheer", "department": "werk"}, ""),
        ({"groups": ["beheer", "luister"]}, "niet samen"),
        ({"groups": {"beheer": True}}, "Gekregen: object"),
        ({"groups": [["beheer"]]}, "Gekregen: list of list"),
    ],
)
def test_roles_that_cannot_be_are_not_given(
    browser: TestClient,
    wanted: Wanted,
    start: Start,
    choose: Choose,
    rules: SsoRules,
    claims: dict[str, object],
    sentence: str,
) -> None:
    wanted.people["bea"] |= claims
    context = choose(rules)
    with start():
        answer = sign_in(browser, "bea")

    if sentence:
        assert sentence in refused(answer)
        assert count(context, account) == 0
    else:
        assert answer.status_code == 303


def test_without_rules_the_accounts_here_say_who_is_who(
    browser: TestClient, start: Start, choose: Choose
) -> None:
    context = choose(SsoRules())
    with start():
        stranger = sign_in(browser, "sanne")
        accounts.add(context.engine, SANNE, Role.LEIDINGGEVENDE, "werk", "test", clock.now())
        answer = sign_in(browser, "sanne")

    assert "geen rol" in refused(stranger)
    assert answer.status_code == 303
    signed_in = person(browser)
    assert signed_in is not None
    assert signed_in.grants == (Grant(Role.LEIDINGGEVENDE, "werk"),)


def test_our_own_second_factor_may_be_asked_for_as_well(
    browser: TestClient, start: Start, choose: Choose
) -> None:
    choose(parse(f"second_factor = true\n{RULES}", "sso.toml"))
    with start():
        answer = sign_in(browser, "bea", "/rondes")

    assert answer.headers["location"] == "/aanmelden/instellen?naar=%2Frondes"
    assert browser.cookies.get(pending_login.COOKIE)
    assert person(browser) is None


def test_where_passphrases_are_switched_off_none_works(
    browser: TestClient, start: Start, choose: Choose
) -> None:
    context = choose(parse(f"local = false\n{RULES}", "sso.toml"))
    now = clock.now()
    accounts.add_with_password(context.engine, SANNE, Role.TOEZICHT, None, GOOD, "test", now)
    link = accounts.add(context.engine, SANNE, Role.TOEZICHT, None, "test", now)

    page = browser.get("/aanmelden")
    tried = browser.post("/aanmelden", data={"email": SANNE, "wachtzin": GOOD})
    chosen = browser.post(f"/welkom/{link}", data={"wachtzin": GOOD, "nogmaals": GOOD})

    assert 'type="password"' not in page.text
    assert "Aanmelden via je organisatie" in page.text
    assert "zonder wachtzin" in refused(tried)
    assert chosen.status_code == 404
    assert "zonder wachtzin" in chosen.text
    assert person(browser) is None


def test_the_form_offers_both_ways_and_keeps_the_destination(
    browser: TestClient, choose: Choose
) -> None:
    choose(SsoRules(name="Gemeente <Waterrijk>"))

    page = browser.get("/aanmelden?naar=/verloop%3Fa=1").text

    assert "Aanmelden via Gemeente &lt;Waterrijk&gt;" in page
    assert 'href="/aanmelden/organisatie?naar=/verloop%3Fa%3D1"' in page
    assert 'type="password"' in page


def test_where_there_is_no_provider_there_is_no_way_to_it(
    browser: TestClient, context: AppContext
) -> None:
    assert browser.get(OUT).status_code == 404
    assert browser.get(BACK).status_code == 404
    assert "organisatie" not in browser.get("/aanmelden").text


def test_a_provider_that_is_away_or_is_another_is_told_apart(
    browser: TestClient, wanted: Wanted, start: Start, choose: Choose, rules: SsoRules
) -> None:
    wanted.port = free_port()
    context = choose(rules)

    away = browser.get(OUT)
    assert away.status_code == 502
    assert "geen antwoord" in away.text
    with start():
        elsewhere = Client(
            wanted.issuer.replace("127.0.0.1", "localhost"), CLIENT, CLIENT_SECRET, BACK, ()
        )
        with pytest.raises(AccessRefused, match=r"sso\.mismatch"):
            single_sign_on.set_out(context.secret, elsewhere, "b", "", "/", clock.now())


def test_thousands_of_others_who_set_out_close_it_for_nobody(
    browser: TestClient,
    start: Start,
    choose: Choose,
    rules: SsoRules,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who sets out leaves nothing here, so that there is nothing to fill up."""
    context = choose(rules)
    client = Client(context.settings.oidc_issuer, CLIENT, CLIENT_SECRET, BACK, ("openid",))
    with monkeypatch.context() as quick:
        quick.setattr(oidc, "address", lambda *_: "https://provider.example")
        for number in range(2100):
            single_sign_on.set_out(context.secret, client, str(number), "", "/", clock.now())
    with start():
        assert sign_in(browser, "bea").status_code == 303

    assert person(browser) is not None


def test_three_tabs_may_be_under_way_at_once(
    browser: TestClient, start: Start, choose: Choose, rules: SsoRules
) -> None:
    choose(rules)
    with start():
        first, *_ = [set_out(browser, f"/tab{number}") for number in range(3)]
        answer = arrive(browser, sign_in_there(first, "bea"))

    assert (answer.status_code, answer.headers["location"]) == (303, "/tab0")


@pytest.mark.parametrize("onward", ["/" + "a" * 999, "/" + "\U0001f600" * 999])
def test_what_the_browser_keeps_always_fits(onward: str) -> None:
    flow = oidc.Flow("s" * 43, "n" * 43, "v" * 86)
    now = clock.now()
    attempts = [sso_attempts.Attempt(flow, onward, int(now.timestamp()) + 60)] * 9
    value = sso_attempts.sealed(b"s" * 32, "browser", attempts)

    assert len(value) <= sso_attempts.LONGEST
    kept = sso_attempts.opened(b"s" * 32, "browser", value, now)
    assert kept[-1].flow == flow
    assert not sso_attempts.opened(b"s" * 32, "another", value, now)
    assert not sso_attempts.opened(b"t" * 32, "browser", value, now)
    assert not sso_attempts.opened(b"s" * 32, "browser", "a" + value, now)


def test_breaking_off_is_no_fault(browser: TestClient, start: Start, choose: Choose) -> None:
    choose(SsoRules())
    with start():
        for error, sentence in (("access_denied", "afgebroken"), ("server_error", "niet gelukt")):
            state = parse_qs(urlsplit(set_out(browser)).query)["state"][0]
            answer = browser.get(BACK, params={"state": state, "error": error})
            assert sentence in refused(answer)


def test_an_answer_in_the_name_of_another_provider_is_refused(
    browser: TestClient, start: Start, choose: Choose, rules: SsoRules
) -> None:
    choose(rules)
    with start():
        back = sign_in_there(set_out(browser), "bea")
        params = {k: v[0] for k, v in parse_qs(urlsplit(back).query).items()}
        answer = browser.get(BACK, params=params | {"iss": "https://elders.example"})

    assert "niet gelukt" in refused(answer)


def test_nothing_of_it_is_logged(
    browser: TestClient,
    start: Start,
    choose: Choose,
    rules: SsoRules,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    choose(rules)
    with start():
        back = sign_in_there(set_out(browser), "vreemd")
        arrive(browser, back)
        sign_in(browser, "bea")

    logged = " ".join(record.getMessage() for record in caplog.records)
    query = parse_qs(urlsplit(back).query)
    for secret in (query["code"][0], query["state"][0], BEA, CLIENT_SECRET):
        assert secret not in logged
