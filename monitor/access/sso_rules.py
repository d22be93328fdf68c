"""What the organisation wants of single sign-on: who gets which role, and what else is asked.

Read from a small TOML file; ``monitor/defaults/examples/sso.toml`` explains it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.access.roles import APART, Grant, Role
from monitor.errors import SettingsRefused

SWITCHES = ("local", "email_checked", "second_factor")
WORDS = ("name", "email_claim", "groups_claim")
SCOPES = ("openid", "email", "profile")


@dataclass(frozen=True, slots=True)
class Rule:
    """Whoever is in `group` has `role`: in `unit`, or in the unit that a claim names."""

    group: str
    role: Role
    unit: str | None = None
    unit_claim: str | None = None


@dataclass(frozen=True, slots=True)
class SsoRules:
    """The whole file, with what holds where it is silent."""

    name: str = ""
    """What the button calls the organisation's sign-in."""
    local: bool = True
    """Whether people may also sign in with a passphrase."""
    email_checked: bool = False
    """Whether the provider only knows addresses it gave out itself and so does not say that it
    checked them (Entra ID with a single tenant)."""
    second_factor: bool = False
    """Whether our own second factor is asked for as well; else the provider's has to do."""
    email_claim: str = "email"
    groups_claim: str = "groups"
    """May be a path, such as ``realm_access.roles``."""
    scopes: tuple[str, ...] = SCOPES
    rules: tuple[Rule, ...] = ()
    """Without any, roles come from the accounts here."""

    @property
    def wanted(self) -> frozenset[str]:
        """The claims without which nobody can be let in."""
        groups = {self.groups_claim.partition(".")[0]} if self.rules else set()
        return frozenset({self.email_claim} | groups)

    def email(self, claims: Mapping[str, Any]) -> str | None:
        """The address of somebody, when it is certain that it is theirs."""
        certain = self.email_checked or claims.get("email_verified") is True
        given = claims.get(self.email_claim)
        return given if certain and isinstance(given, str) and given else None

    def grants(self, claims: Mapping[str, Any]) -> frozenset[Grant]:
        """The roles that follow from what the provider says of somebody."""
        groups = set(_texts(_at(claims, self.groups_claim)))
        return frozenset(
            Grant(rule.role, unit)
            for rule in self.rules
            if rule.group in groups
            for unit in _units(rule, claims)
        )


def parse(text: str, name: str) -> SsoRules:
    """Read the file.

    Raises
    ------
    SettingsRefused
        Naming what is wrong in the file `name`.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SettingsRefused("sso.toml", name=name, fault=str(fault)) from None
    known = {*SWITCHES, *WORDS, "scopes", "rules"}
    for key, value in given.items():
        if key not in known:
            raise SettingsRefused("sso.key", name=name, setting=key)
        if key in SWITCHES and not isinstance(value, bool):
            raise SettingsRefused("sso.switch", name=name, setting=key)
        if key in WORDS and not (isinstance(value, str) and value):
            raise SettingsRefused("sso.word", name=name, setting=key)
    words = {key: given[key] for key in (*SWITCHES, *WORDS) if key in given}
    rules = SsoRules(
        **words,
        scopes=_scopes(given.get("scopes", list(SCOPES)), name),
        rules=_rules(given.get("rules", []), name),
    )
    if not rules.local and rules.rules and Role.BEHEERDER not in {r.role for r in rules.rules}:
        raise SettingsRefused("sso.no_beheerder", name=name)
    return rules


def _scopes(given: object, name: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise SettingsRefused("sso.scopes", name=name)
    if "openid" not in given:
        raise SettingsRefused("sso.scopes", name=name)
    return tuple(given)


def _rules(given: object, name: str) -> tuple[Rule, ...]:
    if not isinstance(given, list):
        raise SettingsRefused("sso.rule", name=name, number=1)
    made = tuple(_rule(one, name, number) for number, one in enumerate(given, 1))
    by_group: dict[str, set[Role]] = {}
    for rule in made:
        by_group.setdefault(rule.group, set()).add(rule.role)
    for group, roles in by_group.items():
        if any(pair <= roles for pair in APART):
            raise SettingsRefused("sso.rules_apart", name=name, group=group)
    return made


def _rule(given: object, name: str, number: int) -> Rule:
    texts = isinstance(given, dict) and all(isinstance(v, str) and v for v in given.values())
    if not isinstance(given, dict) or not texts:
        raise SettingsRefused("sso.rule", name=name, number=number)
    leads = given.get("role") == Role.LEIDINGGEVENDE
    units = given.keys() & {"unit", "unit_claim"}
    if (
        given.keys() - units != {"group", "role"}
        or given["role"] not in set(Role)
        or len(units) != (1 if leads else 0)
    ):
        raise SettingsRefused("sso.rule", name=name, number=number)
    return Rule(**given | {"role": Role(given["role"])})


def _units(rule: Rule, claims: Mapping[str, Any]) -> tuple[str | None, ...]:
    if rule.unit_claim is None:
        return (rule.unit,)
    return _texts(_at(claims, rule.unit_claim))


def _at(claims: Mapping[str, Any], path: str) -> object:
    """The claim of that name, else what lies at the path."""
    if path in claims:
        return claims[path]
    found: object = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _texts(given: object) -> tuple[str, ...]:
    several = given if isinstance(given, list) else [given]
    return tuple(one for one in several if isinstance(one, str) and one)
