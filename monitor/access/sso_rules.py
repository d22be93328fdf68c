"""The rules of single sign-on: which groups get which role, and what else is asked.

Read from a small TOML file; ``monitor/defaults/examples/sso.toml`` explains it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.access.roles import APART, Grant, Role
from monitor.errors import InputRefused, SettingsRefused
from monitor.inputs.signs import clean
from monitor.inputs.toml_files import load_toml, parse_toml_text

SWITCHES = ("local", "email_checked", "second_factor")
WORDS = ("name", "email_claim", "groups_claim")
SCOPES = ("openid", "email", "profile")


@dataclass(frozen=True, slots=True)
class Rule:
    """The members of `group` have `role`: in `unit`, or in the unit that a claim names."""

    group: str
    role: Role
    unit: str | None = None
    unit_claim: str | None = None


@dataclass(frozen=True, slots=True)
class SsoRules:
    """The whole file, with the defaults for what it leaves out."""

    name: str = ""
    """What the button calls the organisation's sign-in."""
    local: bool = True
    """Whether people may also sign in with a passphrase."""
    email_checked: bool = False
    """Whether the provider gives out the addresses itself, and so does not say that it checked them
    (Entra ID with a single tenant)."""
    second_factor: bool = False
    """Whether our own second factor is asked for as well as the provider's."""
    email_claim: str = "email"
    groups_claim: str = "groups"
    """May be a path, such as ``realm_access.roles``."""
    scopes: tuple[str, ...] = SCOPES
    rules: tuple[Rule, ...] = ()
    """Where there are none, roles are those given to the account here."""

    @property
    def required_claims(self) -> frozenset[str]:
        """The claims without which nobody can be let in."""
        groups = {self.groups_claim.partition(".")[0]} if self.rules else set()
        return frozenset({self.email_claim} | groups)

    def email(self, claims: Mapping[str, Any]) -> str | None:
        """The address of somebody, when it is certain that it is theirs."""
        certain = self.email_checked or claims.get("email_verified") is True
        address = claims.get(self.email_claim)
        return address if certain and isinstance(address, str) and address else None

    def groups_left_out(self, claims: Mapping[str, Any]) -> bool:
        """Whether the provider says that somebody is in more groups than fit in its answer.

        Entra ID names such a claim in ``_claim_names``, or sends ``hasgroups`` in its place.
        """
        name = self.groups_claim.partition(".")[0]
        elsewhere = claims.get("_claim_names")
        if not self.rules:
            return False
        if isinstance(elsewhere, Mapping) and name in elsewhere:
            return True
        return name == "groups" and name not in claims and claims.get("hasgroups") in (True, "true")

    def groups_not_understood(self, claims: Mapping[str, Any]) -> object | None:
        """What stands in the place of the groups, where that is neither a text nor texts.

        Not "no groups" either: a provider that was set up otherwise takes no role away.
        """
        value = _at(claims, self.groups_claim) if self.rules else None
        if value is None or (isinstance(value, str) and not value.lstrip().startswith(("[", "{"))):
            return None
        if isinstance(value, list) and (not value or _texts(value)):
            return None
        return value

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
        document = parse_toml_text(text, name)
    except InputRefused as refusal:
        raise SettingsRefused(refusal.key, **refusal.words) from None
    return _rules_of(document, name)


def load(file: Path) -> SsoRules:
    """As :func:`parse`, of the file at `file`; also refused when that cannot be read."""
    try:
        document = load_toml(file)
    except InputRefused as refusal:
        raise SettingsRefused(refusal.key, **refusal.words) from None
    return _rules_of(document, file.name)


def _rules_of(document: Mapping[str, Any], name: str) -> SsoRules:
    _check_keys(document, name)
    rules = SsoRules(
        **{key: document[key] for key in (*SWITCHES, *WORDS) if key in document},
        scopes=_scopes(document.get("scopes", list(SCOPES)), name),
        rules=_rules(document.get("rules", []), name),
    )
    if not rules.local and rules.rules and Role.BEHEERDER not in {r.role for r in rules.rules}:
        raise SettingsRefused("sso.no_beheerder", name=name)
    return rules


def _check_keys(document: Mapping[str, object], name: str) -> None:
    for key, value in document.items():
        if key not in {*SWITCHES, *WORDS, "scopes", "rules"}:
            raise SettingsRefused("sso.key", name=name, setting=key)
        if key in SWITCHES and not isinstance(value, bool):
            raise SettingsRefused("sso.switch", name=name, setting=key)
        if key in WORDS and not (isinstance(value, str) and value):
            raise SettingsRefused("sso.word", name=name, setting=key)


def _scopes(value: object, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(scope, str) for scope in value):
        raise SettingsRefused("sso.scopes", name=name)
    if "openid" not in value:
        raise SettingsRefused("sso.scopes", name=name)
    return tuple(value)


def _rules(value: object, name: str) -> tuple[Rule, ...]:
    if not isinstance(value, list):
        raise SettingsRefused("sso.rule", name=name, number=1)
    rules = tuple(_rule(entry, name, number) for number, entry in enumerate(value, 1))
    by_group: dict[str, set[Role]] = {}
    for rule in rules:
        by_group.setdefault(rule.group, set()).add(rule.role)
    for group, roles in by_group.items():
        if any(pair <= roles for pair in APART):
            raise SettingsRefused("sso.rules_apart", name=name, group=group)
    return rules


def _rule(entry: object, name: str, number: int) -> Rule:
    texts = isinstance(entry, dict) and all(
        isinstance(value, str) and clean(value) for value in entry.values()
    )
    if not isinstance(entry, dict) or not texts:
        raise SettingsRefused("sso.rule", name=name, number=number)
    leads = entry.get("role") == Role.LEIDINGGEVENDE
    units = entry.keys() & {"unit", "unit_claim"}
    if (
        entry.keys() - units != {"group", "role"}
        or entry["role"] not in set(Role)
        or len(units) != (1 if leads else 0)
    ):
        raise SettingsRefused("sso.rule", name=name, number=number)
    # A blank that nobody sees would make a group that nobody is in.
    cleaned: dict[str, Any] = {key: clean(value) for key, value in entry.items()}
    return Rule(**cleaned | {"role": Role(entry["role"])})


def _units(rule: Rule, claims: Mapping[str, Any]) -> tuple[str | None, ...]:
    if rule.unit_claim is None:
        return (rule.unit,)
    return _texts(_at(claims, rule.unit_claim))


def _at(claims: Mapping[str, Any], path: str) -> object:
    """The claim of that name, or what is at the end of the path."""
    if path in claims:
        return claims[path]
    value: object = claims
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _texts(value: object) -> tuple[str, ...]:
    several = value if isinstance(value, list) else [value]
    return tuple(text for text in several if isinstance(text, str) and text)
