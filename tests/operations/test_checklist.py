"""The checklist before the first round: shown, required, and ignored after it."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor import scheduler
from monitor.access import accounts, grants, overseers, single_sign_on
from monitor.access.roles import Grant, Role
from monitor.access.sso_rules import Rule, SsoRules
from monitor.clock import local_day
from monitor.context import AppContext, current_context, refresh_context
from monitor.errors import AccessRefused, InputRefused, RoundRefused
from monitor.klaagmuur import contacts, help, luisteraars, reader_key
from monitor.klaagmuur.help import Need
from monitor.operations import checklist
from monitor.operations.checklist import Item
from monitor.organisation import preferences, profile
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.scheduler import schedule
from monitor.store import audit
from monitor.store.engine import reading, writing

ACTOR = "b@stad.example"
TREE = Tree((Unit("stad", None, "Stad"), Unit("wmo", "stad", "Wmo")))
CHEAP = reader_key.Cost(1, 8 * 1024 * 1024)


def missing(context: AppContext, now: datetime) -> set[Item]:
    """The things that are missing."""
    return set(checklist.missing(context, local_day(now)))


def with_luisteraar(context: AppContext, now: datetime) -> None:
    """Add somebody with the role and a key."""
    accounts.add(context.engine, "sam@stad.example", Role.LUISTERAAR, None, ACTOR, now)
    account = luisteraars.account_of(context.engine, "sam@stad.example")
    assert account is not None
    key = luisteraars.make_key("een lange wachtzin", CHEAP)
    luisteraars.enrol(context.engine, account, "Sam", key, ACTOR, now)


def with_toezicht(context: AppContext, now: datetime) -> None:
    """Add somebody with the role toezicht, who has chosen a passphrase."""
    accounts.add_with_password(
        context.engine, "or@stad.example", Role.TOEZICHT, None, "vier losse eenden", ACTOR, now
    )


def with_contacts(context: AppContext, now: datetime) -> None:
    """Add a help contact for every need."""
    listed = [
        help.contact(need, {"nl": need.value, "en": ""}, "0800 1234", "", local_day(now))
        for need in Need
    ]
    contacts.keep(context.engine, listed, ACTOR, now)


@pytest.mark.slow
def test_each_thing_leaves_the_list_once_it_is_there(context: AppContext, now: datetime) -> None:
    everything = {Item.TREE, Item.TOEZICHT, Item.LUISTERAAR, Item.HELP, Item.CONSENT}
    assert missing(context, now) == everything  # the settings of the tests give a name

    import_tree(context.engine, TREE, ACTOR, now)
    assert missing(context, now) == everything - {Item.TREE}
    accounts.add(context.engine, "or@stad.example", Role.TOEZICHT, None, ACTOR, now)
    assert Item.TOEZICHT in missing(context, now)  # who cannot sign in yet confirms nothing
    with_toezicht(context, now)
    accounts.add(context.engine, "sam@stad.example", Role.LUISTERAAR, None, ACTOR, now)
    assert Item.LUISTERAAR in missing(context, now)  # a role without a key reads nothing
    with_luisteraar(context, now)
    assert missing(context, now) == {Item.HELP, Item.CONSENT}
    with_contacts(context, now)
    assert missing(context, now) == {Item.CONSENT}
    with pytest.raises(RoundRefused) as refused:
        checklist.require(context, local_day(now))
    assert refused.value.key == "checklist.missing.consent"
    profile.note_consent(context.engine, local_day(now), "Brief 114", ACTOR, now)
    assert missing(context, now) == set()
    checklist.require(context, local_day(now))


def test_roles_that_one_person_may_not_hold_are_split_before_any_round(
    context: AppContext, now: datetime
) -> None:
    """An earlier version of the program allowed a beheerder to be toezicht as well."""
    import_tree(context.engine, TREE, ACTOR, now)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, "2026-11", questions, None, ACTOR, now)
    with_toezicht(context, now)
    account = luisteraars.account_of(context.engine, "or@stad.example")
    assert account is not None
    with writing(context.engine) as connection:
        grants.give(connection, account, Grant(Role.BEHEERDER))

    (split,) = overseers.roles_to_split(context.engine)
    assert (split.email, split.first, split.second) == (
        "or@stad.example", Role.BEHEERDER, Role.TOEZICHT,
    )  # fmt: skip
    assert missing(context, now) == {Item.ROLES}
    with pytest.raises(RoundRefused) as refused:
        checklist.require(context, local_day(now))
    assert refused.value.key == "checklist.missing.roles"
    with writing(context.engine) as connection:
        grants.take(connection, account, Grant(Role.BEHEERDER))
    checklist.require(context, local_day(now))


@pytest.mark.parametrize(
    ("groups", "kept"),
    [
        (("beheer", "wmo"), set()),
        (("wmo",), {Role.LEIDINGGEVENDE}),
        (("beheer",), {Role.BEHEERDER}),
    ],
)
def test_roles_of_single_sign_on_are_split_at_the_next_sign_in(
    context: AppContext, now: datetime, groups: tuple[str, ...], kept: set[Role]
) -> None:
    """An earlier version gave both roles to whoever was in both groups."""
    import_tree(context.engine, TREE, ACTOR, now)
    opened = load(context.settings.questionnaire_file)
    rounds.open_round(context, "2026-11", opened, None, ACTOR, now)
    engine, secret, issuer = context.engine, context.secret, "https://id.stad.example"
    both = (Rule("beheer", Role.BEHEERDER), Rule("wmo", Role.LEIDINGGEVENDE, "wmo"))
    claims = {"sub": "1", "email": "lea@stad.example", "email_verified": True, "groups": ["wmo"]}
    single_sign_on.enter(engine, secret, issuer, SsoRules(rules=both), claims, now)
    account = luisteraars.account_of(engine, "lea@stad.example")
    assert account is not None
    with writing(engine) as connection:
        grants.give(connection, account, Grant(Role.BEHEERDER))
    assert [each.email for each in overseers.roles_to_split(engine)] == ["lea@stad.example"]
    assert missing(context, now) == {Item.ROLES}

    today = claims | {"groups": list(groups)}
    with nullcontext() if kept else pytest.raises(AccessRefused, match=r"sso\.roles_apart"):
        single_sign_on.enter(engine, secret, issuer, SsoRules(rules=both), today, now)

    with reading(engine) as connection:
        assert {grant.role for grant in grants.held(connection, account)} == kept
    assert missing(context, now) == set()
    checklist.require(context, local_day(now))


def test_the_calendar_opens_no_round_while_roles_are_to_be_split(
    context: AppContext, now: datetime
) -> None:
    import_tree(context.engine, TREE, ACTOR, now)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, "2026-10", questions, None, ACTOR, now)
    rounds.abandon(context, "2026-10", ACTOR, now)
    with_toezicht(context, now)
    preferences.change(context.engine, ACTOR, now, calendar=True)
    account = luisteraars.account_of(context.engine, "or@stad.example")
    assert account is not None
    with writing(context.engine) as connection:
        grants.give(connection, account, Grant(Role.BEHEERDER))
    opens = schedule.next_opening(preferences.read(context.engine), now)

    refused = scheduler.tick(context, opens)
    assert (refused.opened, refused.refused) == ((), ("checklist.missing.roles",))

    with writing(context.engine) as connection:
        grants.take(connection, account, Grant(Role.BEHEERDER))
    assert scheduler.tick(context, opens).opened


def test_after_the_first_round_nothing_is_missing(context: AppContext, now: datetime) -> None:
    import_tree(context.engine, TREE, ACTOR, now)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, "2026-11", questions, None, ACTOR, now)

    assert missing(context, now) == set()
    checklist.require(context, local_day(now))


OWN_NEEDS = {Need.AGGRESSION, Need.INTEGRITY, Need.TALK}


def test_national_numbers_alone_do_not_open_the_first_round(context: AppContext) -> None:
    assert set(checklist.needs_without_contact(context)) == OWN_NEEDS


@pytest.mark.parametrize("left", sorted(OWN_NEEDS))
def test_the_first_round_waits_for_each_of_the_three(
    context: AppContext, now: datetime, left: Need
) -> None:
    file = context.settings.help_file
    own = [
        help.contact(need, {"nl": "Sam"}, contacts.EXAMPLE if need is left else "0800 1234", "",
                     local_day(now))
        for need in sorted(OWN_NEEDS)
    ]  # fmt: skip
    contacts.keep(context.engine, (*help.load(file), *own), ACTOR, now)

    assert checklist.needs_without_contact(context) == (left,)


def test_a_made_up_number_is_never_shown(context: AppContext, now: datetime) -> None:
    made_up = help.contact(Need.TALK, {"nl": "Sam"}, contacts.EXAMPLE, "", local_day(now))
    contacts.keep(context.engine, [made_up], ACTOR, now)

    assert contacts.current(context.engine, context.settings.help_file) == ()


def test_stored_contacts_replace_those_of_the_file(context: AppContext, now: datetime) -> None:
    with_contacts(context, now)

    stored = contacts.current(context.engine, context.settings.help_file)

    assert [contact.need for contact in stored] == list(Need)
    assert {contact.number for contact in stored} == {"0800 1234"}
    assert stored[0].name == {"nl": "danger"}


@pytest.mark.parametrize(
    ("names", "number", "url", "key"),
    [
        ({"nl": " "}, "112", "", "contact.name"),
        ({"en": "Police"}, "112", "", "contact.name"),
        ({"nl": "x" * 201}, "112", "", "contact.name"),
        ({"nl": "Politie"}, "", "", "contact.nothing"),
        ({"nl": "Politie"}, "bel ons", "", "contact.number"),
        ({"nl": "Politie"}, "112", "http://politie.nl", "contact.url"),
        ({"nl": "Politie"}, "112", "https://poli tie.nl", "contact.url"),
        ({"nl": "Politie"}, "112", "javascript:alert(1)", "contact.url"),
    ],
)
def test_a_contact_that_cannot_be_used_is_refused(
    names: dict[str, str], number: str, url: str, key: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        help.contact(Need.DANGER, names, number, url, date(2026, 11, 3))
    assert refused.value.key == key


def test_too_many_contacts_are_refused(context: AppContext, now: datetime) -> None:
    contact = help.contact(Need.TALK, {"nl": "Sam"}, "1", "", local_day(now))

    with pytest.raises(InputRefused):
        contacts.keep(context.engine, [contact] * (contacts.MOST + 1), ACTOR, now)


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "a\x07b"])
def test_a_name_that_cannot_be_read_is_refused(
    context: AppContext, now: datetime, name: str
) -> None:
    with pytest.raises(InputRefused):
        profile.choose_name(context.engine, name, ACTOR, now)
    assert profile.name(context.engine) == ""


def test_a_name_in_the_environment_overrides_the_chosen_one(
    context: AppContext, now: datetime
) -> None:
    profile.choose_name(context.engine, "Proefdorp", ACTOR, now)
    refresh_context()

    assert current_context().name == "Gemeente Waterrijk"


def test_consent_of_today_is_noted_in_the_first_hour_of_the_day(context: AppContext) -> None:
    """In the Netherlands it is the third; in UTC it is still the second."""
    just_after_midnight = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)

    profile.note_consent(context.engine, date(2026, 11, 3), "Brief", ACTOR, just_after_midnight)

    with pytest.raises(InputRefused):
        profile.note_consent(context.engine, date(2026, 11, 4), "Brief", ACTOR, just_after_midnight)


def test_consent_needs_a_past_day_and_a_place(context: AppContext, now: datetime) -> None:
    for day, note in ((local_day(now) + timedelta(1), "Brief"), (local_day(now), " ")):
        with pytest.raises(InputRefused):
            profile.note_consent(context.engine, day, note, ACTOR, now)
    profile.note_consent(context.engine, local_day(now), "Brief", ACTOR, now)
    profile.note_consent(context.engine, local_day(now), "Brief 2", ACTOR, now)

    consent = profile.consent(context.engine)
    assert consent is not None
    assert consent.note == "Brief 2"
    logged = [e.detail for e in audit.entries(context.engine) if e.action == "organisation.consent"]
    assert logged == ["2026-11-03: Brief 2", "2026-11-03: Brief"]
