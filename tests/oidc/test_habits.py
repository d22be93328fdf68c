"""Habits of providers: let in, or refused in a sentence; never roles that change in silence."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from monitor import logs
from monitor.access import grants, oidc, single_sign_on
from monitor.access.oidc import Client, Flow
from monitor.access.roles import Role
from monitor.access.sso_rules import SsoRules, parse
from monitor.context import AppContext
from monitor.errors import AccessRefused
from monitor.operations.doctor import examine
from monitor.store.engine import reading
from monitor.store.tables import account
from tests.oidc.conftest import RULES, Choose
from tests.oidc.odd_provider import NONCE, OddProvider
from tests.oidc.provider import BACK, CLIENT, CLIENT_SECRET, new_key

pytestmark = pytest.mark.server

BEA = "bea@waterrijk.example"
Habit = Callable[[OddProvider], None]


def of_claims(**changed: Any) -> Habit:
    """The ID token says this; what is None is left out."""

    def change(odd: OddProvider) -> None:
        odd.claims |= changed
        odd.claims = {name: value for name, value in odd.claims.items() if value is not None}

    return change


def of_metadata(**changed: Any) -> Habit:
    """The provider describes itself like this."""

    def change(odd: OddProvider) -> None:
        odd.metadata |= {
            name: value.replace("ISSUER", odd.issuer) if isinstance(value, str) else value
            for name, value in changed.items()
        }

    return change


def with_keys(*more: Any) -> Habit:
    """These keys stand before the right one."""

    def change(odd: OddProvider) -> None:
        odd.keys = [*more, *odd.keys]

    return change


def only_keys(*keys: Any) -> Habit:
    def change(odd: OddProvider) -> None:
        odd.keys = list(keys)

    return change


def moved_to_userinfo(*names: str, status: int = 200, **changed: Any) -> Habit:
    """These claims are in the userinfo answer only."""

    def change(odd: OddProvider) -> None:
        odd.userinfo = {"sub": "bea", **{name: odd.claims.pop(name) for name in names}, **changed}
        odd.userinfo_status = status

    return change


def ahead(seconds: int) -> Habit:
    """The provider's clock is ahead."""

    def change(odd: OddProvider) -> None:
        odd.claims["iat"] += seconds
        odd.claims["exp"] += seconds

    return change


def sends(path: str, body: bytes) -> Habit:
    def change(odd: OddProvider) -> None:
        odd.raw[path] = body

    return change


def in_milliseconds(odd: OddProvider) -> None:
    """As programs in JavaScript forget to divide."""
    odd.claims |= {name: odd.claims[name] * 1000 for name in ("iat", "exp")}


def with_fractions(odd: OddProvider) -> None:
    odd.claims |= {name: odd.claims[name] + 0.5 for name in ("iat", "exp")}


def with_header(**header: str) -> Habit:
    """The header of the token says this beside its algorithm."""

    def change(odd: OddProvider) -> None:
        odd.header = {"alg": "RS256", **header}

    return change


def with_algorithm(name: str) -> Habit:
    """The published key is for signatures of this kind."""

    def change(odd: OddProvider) -> None:
        odd.keys = [{**key, "alg": name} for key in odd.keys]

    return change


P521 = {"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA", "kid": "new curve"}
OTHER = {**new_key("x"), "kid": "first"}
IN, MISMATCH, REFUSED, TOO_MANY = "in", "sso.mismatch", "sso.refused", "sso.too_many_groups"
NO_ROLE = "sso.no_role"

HABITS: list[tuple[str, Habit, str, str]] = [
    ("nothing odd", of_claims(), IN, ""),
    ("a key of an unknown curve", with_keys(P521), IN, ""),
    ("a key of an unknown type", with_keys({"kty": "AKP", "alg": "ML-DSA-44", "kid": "q"}), IN, ""),
    ("a key that is not whole", with_keys({"kty": "RSA", "n": "AQAB", "kid": "half"}), IN, ""),
    ("a point not on its curve", with_keys({**P521, "crv": "P-256"}), IN, ""),
    ("an Ed448 key", with_keys({"kty": "OKP", "crv": "Ed448", "x": "AA"}), IN, ""),
    ("a key that is a text", with_keys("a key"), IN, ""),
    ("a key of the same name to encrypt", with_keys({**OTHER, "use": "enc"}), IN, ""),
    ("a symmetric key in the open", with_keys({"kty": "oct", "k": "AAAA", "kid": "first"}), IN, ""),
    ("a certificate thumbprint beside the key", with_keys({"kty": "RSA", "x5t": "a"}), IN, ""),
    ("no key that is understood", only_keys(P521), MISMATCH, "keys"),
    ("no keys", only_keys(), MISMATCH, "keys"),
    ("another key", only_keys({**new_key("second")}), REFUSED, ""),
    ("issuer with a slash", of_metadata(issuer="ISSUER/"), MISMATCH, "issuer"),
    ("tenant common", of_metadata(issuer="https://x.example/{tenantid}/v2"), MISMATCH, "issuer"),
    ("no issuer", of_metadata(issuer=None), MISMATCH, "issuer"),
    ("no token endpoint", of_metadata(token_endpoint=None), MISMATCH, "token_endpoint"),
    ("an endpoint that is a list", of_metadata(jwks_uri=["x"]), MISMATCH, "jwks_uri"),
    ("discovery is a list", sends("/.well-known/openid-configuration", b"[]"), MISMATCH, "content"),
    ("discovery is a page", sends("/.well-known/openid-configuration", b"<html>"), REFUSED, ""),
    ("another tenant in the token", of_claims(iss="https://sts.example/"), MISMATCH, "iss"),
    ("clock 30 s ahead", ahead(30), IN, ""),
    ("clock 90 s ahead", ahead(90), MISMATCH, "iat"),
    ("clock an hour behind", ahead(-3600), MISMATCH, "exp"),
    ("valid from later", of_claims(nbf=4_000_000_000), MISMATCH, "nbf"),
    ("amr as text", of_claims(amr="pwd"), MISMATCH, "amr"),
    ("amr as list", of_claims(amr=["pwd", "mfa"]), IN, ""),
    ("checked as text", of_claims(email_verified="true"), MISMATCH, "email_verified"),
    ("checked as number", of_claims(email_verified=1), MISMATCH, "email_verified"),
    ("not checked", of_claims(email_verified=False), "sso.email_unverified", ""),
    ("no word on checking", of_claims(email_verified=None), "sso.email_unverified", ""),
    ("userinfo forbidden", moved_to_userinfo("email", status=403), MISMATCH, "userinfo"),
    ("userinfo of somebody else", moved_to_userinfo("email", sub="karel"), REFUSED, ""),
    ("address and check in userinfo", moved_to_userinfo("email", "email_verified"), IN, ""),
    (
        "check in the token of another address in userinfo",
        moved_to_userinfo("email"),
        "sso.email_unverified",
        "",
    ),
    (
        "check in userinfo of an address in the token",
        moved_to_userinfo("email_verified", "groups"),
        "sso.email_unverified",
        "",
    ),
    (
        "check of another address in userinfo",
        moved_to_userinfo("groups", "email_verified", email="els@waterrijk.example"),
        "els",
        "",
    ),
    ("groups elsewhere", of_claims(groups=None, _claim_names={"groups": "src1"}), TOO_MANY, ""),
    ("hasgroups", of_claims(groups=None, hasgroups=True), TOO_MANY, ""),
    ("hasgroups as text", of_claims(groups=None, hasgroups="true"), TOO_MANY, ""),
    ("other claims elsewhere", of_claims(_claim_names={"photo": "src1"}), IN, ""),
    ("groups as one text", of_claims(groups="beheer"), IN, ""),
    ("two audiences", of_claims(aud=[CLIENT, "other"], azp=CLIENT), IN, ""),
    ("another party", of_claims(azp="other"), REFUSED, ""),
    ("a subject that is a number", of_claims(sub=7), REFUSED, ""),
    ("no nonce", of_claims(nonce=None), REFUSED, ""),
    ("no end", of_claims(exp=None), REFUSED, ""),
    ("an address in capitals with blanks", of_claims(email=" Bea@Waterrijk.Example "), IN, ""),
    ("an address as a link", of_claims(email=f"mailto:{BEA}"), IN, ""),
    ("a list of addresses", of_claims(email=[BEA]), MISMATCH, "email"),
    ("no address", of_claims(email=None), MISMATCH, "email"),
    ("two addresses", of_claims(email=f"{BEA};x@y.nl"), MISMATCH, "email"),
    ("a name around the address", of_claims(email=f"Bea <{BEA}>"), MISMATCH, "email"),
    ("a letter that looks like another", of_claims(email="\u0432" + BEA), MISMATCH, "email"),
    ("groups as objects", of_claims(groups=[{"name": "beheer"}]), MISMATCH, "groups"),
    ("groups as one object", of_claims(groups={"beheer": True}), MISMATCH, "groups"),
    ("a number of groups", of_claims(groups=7), MISMATCH, "groups"),
    ("groups as JSON in a text", of_claims(groups='["beheer"]'), MISMATCH, "groups"),
    ("groups with other things among them", of_claims(groups=["beheer", None, 7]), IN, ""),
    ("groups with their whole path", of_claims(groups=["/beheer"]), NO_ROLE, ""),
    ("groups in other letters", of_claims(groups=["Beheer"]), NO_ROLE, ""),
    ("no groups at all", of_claims(groups=None), NO_ROLE, ""),
    ("groups with commas between", of_claims(groups="beheer,anders"), NO_ROLE, ""),
    ("a clock in milliseconds", in_milliseconds, MISMATCH, "iat"),
    ("moments with a fraction", with_fractions, IN, ""),
    ("no name of a key", with_header(), IN, ""),
    ("another kind of token", with_header(kid="first", typ="at+jwt"), IN, ""),
    ("a place to fetch the key", with_header(kid="first", jku="http://evil.example"), IN, ""),
    ("a key for another signature", with_algorithm("RS512"), REFUSED, ""),
    ("one audience in a list", of_claims(aud=[CLIENT]), IN, ""),
    ("another audience", of_claims(aud=["other"]), REFUSED, ""),
    ("another access token", of_claims(at_hash="zzz"), REFUSED, ""),
]  # fmt: skip


@pytest.fixture
def rules() -> SsoRules:
    return parse(RULES, "sso.toml")


def enter(context: AppContext, odd: OddProvider, rules: SsoRules, now: datetime) -> None:
    """The way back from the provider."""
    client = Client(odd.issuer, CLIENT, CLIENT_SECRET, BACK, ("openid", "email"))
    flow = Flow("s" * 43, NONCE, "v" * 64)
    claims = oidc.claims(client, flow, "code", rules.required_claims, now)
    single_sign_on.enter(context.engine, context.secret, odd.issuer, rules, claims, now)


def emails(context: AppContext) -> list[str]:
    with reading(context.engine) as connection:
        return list(connection.scalars(select(account.c.email)))


def roles_of_bea(context: AppContext) -> set[Role]:
    with reading(context.engine) as connection:
        bea = connection.scalars(select(account.c.id).where(account.c.email == BEA)).one()
        return {grant.role for grant in grants.held(connection, bea)}


@pytest.mark.parametrize(
    ("habit", "outcome", "claim"),
    [pytest.param(habit, outcome, claim, id=name) for name, habit, outcome, claim in HABITS],
)
def test_a_habit_is_coped_with_or_named(
    habit: Habit,
    outcome: str,
    claim: str,
    choose: Choose,
    rules: SsoRules,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    context = choose(rules)
    caplog.set_level(logging.INFO)
    with OddProvider.open(int(now.timestamp())) as odd:
        habit(odd)
        if outcome in (IN, "els"):
            enter(context, odd, rules, now)
            listed = set(emails(context))
            assert listed == {BEA if outcome == IN else "els@waterrijk.example"}
            return
        with pytest.raises(AccessRefused) as refusal:
            enter(context, odd, rules, now)

    assert refusal.value.key == outcome
    assert not emails(context)
    if outcome == MISMATCH:
        assert refusal.value.words["claim"] == claim
        assert refusal.value.words["expected"] != refusal.value.words["came"]
    notes = [record.msg for record in caplog.records if isinstance(record.msg, logs.Note)]
    assert "sso.failed" in [note.event for note in notes]


@pytest.mark.parametrize(
    "left_out", [{"_claim_names": {"groups": "src1"}}, {"hasgroups": True}], ids=["names", "has"]
)
def test_more_groups_than_fit_take_no_role_away(
    left_out: dict[str, Any], choose: Choose, rules: SsoRules, now: datetime
) -> None:
    context = choose(rules)
    with OddProvider.open(int(now.timestamp())) as odd:
        enter(context, odd, rules, now)
        of_claims(groups=None, **left_out)(odd)
        with pytest.raises(AccessRefused, match=r"sso\.too_many_groups"):
            enter(context, odd, rules, now)
        assert roles_of_bea(context) == {Role.BEHEERDER}

        # Nor do groups in a shape that nobody here understands.
        of_claims(hasgroups=None, _claim_names=None, groups=[{"name": "beheer"}])(odd)
        with pytest.raises(AccessRefused, match=r"sso\.mismatch"):
            enter(context, odd, rules, now)
        assert roles_of_bea(context) == {Role.BEHEERDER}

        # The control: without groups, and without a word that there are more, roles do go.
        of_claims(groups=[], hasgroups=None, _claim_names=None)(odd)
        with pytest.raises(AccessRefused, match=r"sso\.no_role"):
            enter(context, odd, rules, now)
        assert not roles_of_bea(context)


def test_doctor_asks_the_provider(choose: Choose, rules: SsoRules, now: datetime) -> None:
    context = choose(rules)
    with OddProvider.open(int(now.timestamp())) as odd:
        settings = replace(context.settings, oidc_issuer=odd.issuer)
        assert not [each for each in examine(settings, now) if each.key.startswith("sso.")]
        odd.metadata["issuer"] += "/"
        (finding,) = (each for each in examine(settings, now) if each.key.startswith("sso."))
    assert finding.key == MISMATCH
    assert finding.words["came"] == odd.metadata["issuer"]
