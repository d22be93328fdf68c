"""The rules of single sign-on: which roles follow, and everything that can be wrong in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.access.roles import Grant, Role
from monitor.access.sso_rules import SsoRules, parse
from monitor.config.folders import DEFAULTS
from monitor.config.settings import read
from monitor.errors import SettingsRefused

RULE = '[[rules]]\ngroup = "g"\nrole = '
PROVIDER = {
    "HOME": "/home/sanne",
    "TEAMKLIMAAT_OIDC_ISSUER": "https://login.example/waterrijk",
    "TEAMKLIMAAT_OIDC_CLIENT_ID": "teamklimaat",
    "TEAMKLIMAAT_OIDC_CLIENT_SECRET": "geheim",
    "TEAMKLIMAAT_BASE_URL": "https://klimaat.waterrijk.example",
}


def refused(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsRefused) as caught:
        read(environ)
    return caught.value.key


def test_an_empty_file_changes_nothing() -> None:
    assert parse("", "sso.toml") == SsoRules()


def test_the_example_can_be_used_as_it_is() -> None:
    rules = parse((DEFAULTS / "examples" / "sso.toml").read_text("utf-8"), "sso.toml")

    assert rules.name == "Gemeente Waterrijk"
    assert {rule.role for rule in rules.rules} == set(Role) - {Role.LUISTERAAR}


def test_a_person_in_several_groups_has_the_roles_of_all() -> None:
    rules = parse(
        f'{RULE}"toezicht"\n{RULE}"leidinggevende"\nunit_claim = "teams"\n'
        '[[rules]]\ngroup = "h"\nrole = "leidinggevende"\nunit = "jeugd"\n',
        "sso.toml",
    )

    grants = rules.grants({"groups": ["g", "h", "x"], "teams": ["werk", "wmo", 7, ""]})

    led = {Grant(Role.LEIDINGGEVENDE, unit) for unit in ("werk", "wmo", "jeugd")}
    assert grants == led | {Grant(Role.TOEZICHT)}
    assert rules.grants({"groups": ["x"], "teams": "werk"}) == frozenset()
    assert rules.grants({}) == frozenset()


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email": "a@b.nl", "email_verified": True}, "a@b.nl"),
        ({"email": "a@b.nl", "email_verified": False}, None),
        ({"email": "a@b.nl", "email_verified": "true"}, None),
        ({"email": "a@b.nl"}, None),
        ({"email_verified": True}, None),
        ({"email": ["a@b.nl"], "email_verified": True}, None),
    ],
)
def test_only_an_address_that_was_checked_counts(
    claims: dict[str, object], email: str | None
) -> None:
    assert SsoRules().email(claims) == email


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("local = ", "toml.syntax"),
        ("lokaal = true", "sso.key"),
        ('local = "nee"', "sso.switch"),
        ("email_checked = 1", "sso.switch"),
        ('groups_claim = ""', "sso.word"),
        ("name = 7", "sso.word"),
        ('scopes = "openid"', "sso.scopes"),
        ('scopes = ["email"]', "sso.scopes"),
        ('rules = "beheer"', "sso.rule"),
        ("rules = [1]", "sso.rule"),
        ('[[rules]]\ngroup = "g"', "sso.rule"),
        (f'{RULE}"baas"', "sso.rule"),
        ('[[rules]]\ngroup = "\u200b"\nrole = "toezicht"', "sso.rule"),
        ('[[rules]]\ngroup = 7\nrole = "toezicht"', "sso.rule"),
        (f'{RULE}"leidinggevende"', "sso.rule"),
        (f'{RULE}"leidinggevende"\nunit = "a"\nunit_claim = "b"', "sso.rule"),
        (f'{RULE}"toezicht"\nunit = "a"', "sso.rule"),
        (f'{RULE}"toezicht"\nteam = "a"', "sso.rule"),
        (f'{RULE}"beheerder"\n{RULE}"luisteraar"', "sso.rules_apart"),
        (f'{RULE}"beheerder"\n{RULE}"toezicht"', "sso.rules_apart"),
        (f'{RULE}"beheerder"\n{RULE}"leidinggevende"\nunit = "werk"', "sso.rules_apart"),
        (f'local = false\n{RULE}"toezicht"', "sso.no_beheerder"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, key: str) -> None:
    with pytest.raises(SettingsRefused) as caught:
        parse(text, "sso.toml")

    assert caught.value.key == key


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"OIDC_CLIENT_ID": ""}, "settings.oidc_half"),
        ({"OIDC_CLIENT_SECRET": ""}, "settings.oidc_half"),
        ({"OIDC_ISSUER": ""}, "settings.oidc_half"),
        ({"OIDC_ISSUER": "http://login.example"}, "settings.oidc_issuer"),
        ({"OIDC_ISSUER": "login.example"}, "settings.oidc_issuer"),
        ({"OIDC_ISSUER": "https://login.example/?tenant=1"}, "settings.oidc_issuer"),
        ({"BASE_URL": "http://klimaat.waterrijk.example"}, "settings.oidc_base_url"),
        ({"SSO_FILE": "/nergens/sso.toml"}, "sso.missing"),
    ],
)
def test_settings_that_contradict_each_other_stop_the_start(
    changed: dict[str, str], key: str
) -> None:
    assert refused(PROVIDER | {f"TEAMKLIMAAT_{k}": v for k, v in changed.items()}) == key


def test_a_file_without_a_provider_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "sso.toml"
    file.write_text("local = false\n")
    environment = {"HOME": "/home/sanne", "TEAMKLIMAAT_SSO_FILE": str(file)}

    assert refused(environment) == "sso.alone"
    assert not read(PROVIDER | environment).sso_rules.local
    file.write_bytes(b"\xff\xfea")
    assert refused(PROVIDER | environment) == "file.encoding"


TOEZICHT = parse(f'{RULE}"toezicht"', "sso.toml")
NESTED = parse(f'groups_claim = "access.roles"\n{RULE}"toezicht"', "sso.toml")


@pytest.mark.parametrize(
    ("rules", "claims", "left_out"),
    [
        (TOEZICHT, {}, False),
        (TOEZICHT, {"_claim_names": {"groups": "src1"}}, True),
        (TOEZICHT, {"_claim_names": {"photo": "src1"}}, False),
        (TOEZICHT, {"_claim_names": "groups"}, False),
        (TOEZICHT, {"hasgroups": True}, True),
        (TOEZICHT, {"hasgroups": "true"}, True),
        (TOEZICHT, {"hasgroups": False}, False),
        (TOEZICHT, {"hasgroups": True, "groups": ["g"]}, False),
        (NESTED, {"hasgroups": True}, False),
        (NESTED, {"_claim_names": {"access": "src1"}}, True),
        (SsoRules(), {"hasgroups": True, "_claim_names": {"groups": "src1"}}, False),
    ],
)
def test_groups_that_did_not_fit_are_not_taken_for_no_groups(
    rules: SsoRules, claims: dict[str, object], left_out: bool
) -> None:
    assert rules.groups_left_out(claims) is left_out


@pytest.mark.parametrize("value", [None, "g", "", [], ["g"], [7, "g"]])
def test_a_text_or_texts_are_groups(value: object) -> None:
    assert TOEZICHT.groups_not_understood({"groups": value}) is None
    assert NESTED.groups_not_understood({"access": {"roles": value}}) is None
    assert TOEZICHT.groups_not_understood({}) is None


@pytest.mark.parametrize("value", [7, {"name": "g"}, [7], [{"name": "g"}], '["g"]', ' {"g": 1}'])
def test_groups_in_another_shape_are_not_taken_for_no_groups(value: object) -> None:
    assert TOEZICHT.groups_not_understood({"groups": value}) == value
    assert NESTED.groups_not_understood({"access": {"roles": value}}) == value
    assert SsoRules().groups_not_understood({"groups": value}) is None


@pytest.mark.parametrize(
    ("rules", "claims"),
    [
        (SsoRules(), {"email"}),
        (TOEZICHT, {"email", "groups"}),
        (NESTED, {"email", "access"}),
        (SsoRules(email_claim="upn"), {"upn"}),
    ],
)
def test_only_the_address_and_where_there_are_rules_the_groups_are_needed(
    rules: SsoRules, claims: set[str]
) -> None:
    assert rules.required_claims == claims


@pytest.mark.parametrize(
    ("text", "number"),
    [('rules = "beheer"', 1), ("rules = [1]", 1), (f'{RULE}"toezicht"\n{RULE}"baas"', 2)],
)
def test_the_rule_that_is_wrong_is_named_by_its_number(text: str, number: int) -> None:
    with pytest.raises(SettingsRefused) as caught:
        parse(text, "sso.toml")

    assert caught.value.words == {"name": "sso.toml", "number": number}
