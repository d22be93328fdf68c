"""The beheerder's pages: what each says, and that what is kept there is kept once."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import datetime

import pytest
from streamlit.testing.v1 import AppTest

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.config.settings import ROOT
from monitor.context import AppContext, current_context, use_context
from monitor.dashboard import phrases
from monitor.klaagmuur import access_word, contacts
from monitor.klaagmuur.help import Need
from monitor.locale import texts
from monitor.organisation import preferences, profile
from monitor.organisation.preferences import Delivery
from monitor.organisation.register import current_tree, import_members, import_tree
from monitor.organisation.unit_files import Member
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store import audit
from tests.dashboard.conftest import TREE, OpenPage, SealMonth, SignIn

T = texts("nl")
PASSPHRASE = "vier losse natte eenden"
OURS = ("inrichten", "organisatie", "leden", "accounts", "instellingen", "hulplijnen",
        "vragenlijsten", "logboek", "gezondheid")  # fmt: skip


def title(page: AppTest) -> str:
    """The title of what was opened."""
    assert not page.exception
    return page.title[0].value


def said(page: AppTest) -> str:
    """Everything written on the page as text."""
    kinds = (page.markdown, page.caption, page.warning, page.success, page.error)
    return "\n".join(element.value for kind in kinds for element in kind)


def field(page: AppTest, kind: str, form: str, name: str) -> object:
    """The field of a form, whatever name it has this time."""
    prefix = f"{form}-{name}-"
    (found,) = [one for one in page.get(kind) if str(one.key).startswith(prefix)]
    return found


def press(page: AppTest, form: str) -> AppTest:
    """Press the button of a form."""
    field(page, "button", form, "send").click()
    page.run()
    assert not page.exception
    return page


def fill(page: AppTest, form: str, **values: str) -> AppTest:
    """Fill in text fields of a form and send it."""
    for name, value in values.items():
        field(page, "text_input", form, name).input(value)
    return press(page, form)


@pytest.fixture
def manage(context: AppContext, sign_in: SignIn, open_page: OpenPage, now: datetime) -> OpenPage:
    """``manage("leden")``: a page opened by the beheerder of an organisation."""
    import_tree(context.engine, TREE, "test", now)
    token = sign_in("beheerder")
    return lambda address: open_page(token, address)


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_only_a_beheerder_opens_these_pages_and_toezicht_the_log(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage, role: str
) -> None:
    seal_month("2026-09", noord=(9, 4))
    token = sign_in(role, "werk" if role == "leidinggevende" else None)

    opened = {a for a in OURS if title(open_page(token, a)) != T("refused.title")}

    expected = {"beheerder": set(OURS), "toezicht": {"logboek", "vragenlijsten"}}
    assert opened == expected.get(role, set())


@pytest.mark.parametrize("address", OURS)
def test_no_page_shows_a_figure_or_a_vent(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage, address: str
) -> None:
    seal_month("2026-09", noord=(9, 4))

    page = open_page(sign_in("beheerder"), address)

    assert not page.metric
    assert not page.get("vega_lite_chart")


def test_a_unit_is_renamed_moved_closed_and_opened(manage: OpenPage, context: AppContext) -> None:
    page = manage("organisatie")
    page.selectbox[0].select("noord").run()

    fill(page, "rename-noord", name="Werk Zuidwest")
    assert current_tree(context.engine).get("noord").name == "Werk Zuidwest"
    assert T("org.kept") in said(page).replace("\\", "")
    field(page, "selectbox", "move-noord", "parent").select("jeugd")
    press(page, "move-noord")
    assert current_tree(context.engine).get("noord").parent == "jeugd"
    press(page, "close-noord")
    assert T("rounds.tick_first") in said(page)
    field(page, "checkbox", "close-noord", "sure").check()
    press(page, "close-noord")
    assert current_tree(context.engine).get("noord").closed
    press(page, "reopen-noord")
    assert not current_tree(context.engine).get("noord").closed


def test_a_unit_is_added_once_and_a_refused_name_stays_in_the_field(
    manage: OpenPage, context: AppContext
) -> None:
    page = manage("organisatie")
    page.selectbox[0].select("jeugd").run()

    fill(page, "add-jeugd", name="  ")
    assert page.error[0].value.startswith("Typ een naam")
    fill(page, "add-jeugd", name="Jeugd West")
    page.run()

    added = [unit.key for unit in current_tree(context.engine).units if unit.name == "Jeugd West"]
    assert added == ["jeugd-west"]


def test_the_units_can_be_typed(context: AppContext, sign_in: SignIn, open_page: OpenPage) -> None:
    page = open_page(sign_in("beheerder"), "organisatie")
    field(page, "text_area", "outline", "text").input("Stad\nWmo")
    press(page, "outline")
    assert "Regel 2" in page.error[0].value
    assert field(page, "text_area", "outline", "text").value == "Stad\nWmo"

    field(page, "text_area", "outline", "text").input("Stad\n Wmo")
    press(page, "outline")

    assert [unit.key for unit in current_tree(context.engine).units] == ["stad", "wmo"]


def test_members_are_counted_never_named_and_small_teams_pointed_out(
    manage: OpenPage, context: AppContext, now: datetime
) -> None:
    people = [Member(f"p{n}@stad.example", "noord" if n < 6 else "zuid") for n in range(20)]
    import_members(context.engine, people, "test", now)

    page = manage("leden")

    assert T("suppression.title", count=1) in page.warning[0].value
    written = said(page) + page.table[0].value.to_csv()
    assert "@" not in written
    assert list(page.table[0].value[T("upload.members.people")]) == [6, 14]


def test_without_members_the_last_round_says_how_large_teams_are(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-09", places=6, noord=(6, 4))

    page = open_page(sign_in("beheerder"), "leden")

    assert T("mem.none") in said(page)
    assert set(page.table[0].value[T("upload.members.people")]) == {6}


def test_somebody_is_invited_with_a_link_that_works_once(
    manage: OpenPage, context: AppContext
) -> None:
    page = manage("accounts")
    page.selectbox(key="invite-role").select(Role.LEIDINGGEVENDE.value).run()
    field(page, "selectbox", "invite", "unit").select("werk")
    fill(page, "invite", email="Noor@stad.example")

    link = page.code[0].value
    assert link.startswith(f"{context.settings.base_url}/welkom/")
    accounts.set_password(context.engine, link.rpartition("/")[2], PASSPHRASE, clock.now())
    listed = {one.email: one for one in accounts.listing(context.engine)}
    assert listed["noor@stad.example"].ready
    page.button[0].click().run()
    assert not page.code


@pytest.mark.parametrize("role", [Role.LUISTERAAR])
def test_roles_that_do_not_go_together_are_refused(
    manage: OpenPage, context: AppContext, role: Role
) -> None:
    page = manage("accounts")
    page.selectbox(key="invite-role").select(role.value).run()
    fill(page, "invite", email="beheerder@waterrijk.example")

    assert page.error
    assert not page.code
    assert field(page, "text_input", "invite", "email").value == "beheerder@waterrijk.example"


def test_an_account_is_signed_out_starts_over_and_is_removed(
    manage: OpenPage, context: AppContext, sign_in: SignIn
) -> None:
    email = "toezicht@waterrijk.example"
    sign_in("toezicht")
    page = manage("accounts")
    page.selectbox(key="account").select(email).run()

    press(page, f"end-{email}")
    press(page, f"over-{email}")
    assert T("rounds.tick_first") in said(page)
    field(page, "checkbox", f"over-{email}", "sure").check()
    press(page, f"over-{email}")
    assert "/welkom/" in page.code[0].value
    for form in (f"take-{email}-toezicht-None", f"remove-{email}"):
        field(page, "checkbox", form, "sure").check()
        press(page, form)

    assert email not in {one.email for one in accounts.listing(context.engine)}
    done = [entry.action for entry in audit.entries(context.engine)][:4]
    assert done == ["account.removed", "account.role_taken", "account.start_over",
                    "account.end_sessions"]  # fmt: skip


def test_the_last_beheerder_stays(manage: OpenPage, context: AppContext) -> None:
    email = "beheerder@waterrijk.example"
    page = manage("accounts")
    page.selectbox(key="account").select(email).run()
    field(page, "checkbox", f"remove-{email}", "sure").check()
    press(page, f"remove-{email}")

    assert page.error
    assert [one.email for one in accounts.listing(context.engine)] == [email]


def test_settings_are_kept(manage: OpenPage, context: AppContext, now: datetime) -> None:
    page = manage("instellingen")

    field(page, "radio", "delivery", "way").set_value(Delivery.SLIPS)
    press(page, "delivery")
    fill(page, "word", text="  blauwe   fiets ")
    fill(page, "consent", day="2-11-2026", note="Brief 114")
    field(page, "toggle", "calendar", "on").set_value(True)
    field(page, "selectbox", "calendar", "weekday").set_value(3)
    field(page, "selectbox", "calendar", "second").set_value(0)
    field(page, "text_area", "calendar", "off").input("24-12-2026\n2026-12-31")
    press(page, "calendar")

    chosen = preferences.read(context.engine)
    assert (chosen.delivery, chosen.calendar, chosen.weekday) == (Delivery.SLIPS, True, 3)
    assert chosen.remind_after == (5,)
    assert [day.isoformat() for day in chosen.days_off] == ["2026-12-24", "2026-12-31"]
    assert access_word.access_word(context.engine) == "blauwe fiets"
    consent = profile.consent(context.engine)
    assert consent is not None
    assert consent.on.isoformat() == "2026-11-02"


@pytest.mark.parametrize("day", ["", "32-1-2026", "morgen", "1-2", "1-1-2999"])
def test_a_day_that_cannot_be_is_said_and_stays_in_the_field(
    manage: OpenPage, context: AppContext, day: str
) -> None:
    page = manage("instellingen")

    fill(page, "consent", day=day, note="Brief 114")

    assert page.error
    assert field(page, "text_input", "consent", "note").value == "Brief 114"
    assert profile.consent(context.engine) is None


def test_a_calendar_that_contradicts_itself_is_refused(
    manage: OpenPage, context: AppContext
) -> None:
    page = manage("instellingen")
    field(page, "selectbox", "calendar", "working_days").set_value(3)
    press(page, "calendar")

    assert page.error
    assert preferences.read(context.engine).working_days == 10


def test_the_name_counts_at_once(context: AppContext, sign_in: SignIn, open_page: OpenPage) -> None:
    use_context(replace(context, settings=replace(context.settings, organisation_name=""), name=""))
    page = open_page(sign_in("beheerder"), "instellingen")

    fill(page, "name", text="Gemeente Proefdorp")

    assert current_context().name == "Gemeente Proefdorp"


def test_signposts_are_mended_added_and_removed(manage: OpenPage, context: AppContext) -> None:
    page = manage("hulplijnen")
    assert T("con.need.talk") in page.warning[0].value
    before = contacts.current(context.engine, context.settings.help_file)
    talk = next(str(one.key) for one in page.text_input if one.value == "14 0999")
    form = talk.partition("-number-")[0]

    fill(page, form, number="0800 1234")
    fill(page, "contact-new", nl="Sam", number="06 1234")
    kept = contacts.current(context.engine, context.settings.help_file)
    assert len(kept) == len(before) + 1
    assert {one.number for one in kept} >= {"0800 1234", "06 1234"}
    assert all(one.checked_on == clock.today() for one in kept if one.number == "0800 1234")

    number = next(at for at, one in enumerate(kept) if one.number == "06 1234")
    remove = next(
        str(one.key)
        for one in page.button
        if str(one.key).startswith(f"contact-{number}-") and "-remove-send-" in str(one.key)
    )
    page.button(key=remove).click().run()
    kept = contacts.current(context.engine, context.settings.help_file)
    assert "06 1234" not in {one.number for one in kept}
    assert any(one.need is Need.DANGER for one in kept)


def test_toezicht_sees_which_questions_were_asked_when(
    seal_month: SealMonth, sign_in: SignIn, open_page: OpenPage, context: AppContext
) -> None:
    seal_month("2026-08", noord=(9, 4))
    seal_month("2026-09", noord=(9, 4))
    asked = load(context.settings.questionnaire_file)

    page = open_page(sign_in("toezicht"), "vragenlijsten")

    written = said(page)
    assert "augustus 2026 tot en met september 2026" in written
    assert asked.version in page.header[0].value
    for question in asked.questions:
        assert phrases.escaped(question.text["nl"]) in written


def test_before_the_first_round_no_questions_were_asked(manage: OpenPage) -> None:
    assert T("asked.none.title") in said(manage("vragenlijsten"))


def test_the_log_is_in_words_and_without_links(manage: OpenPage, context: AppContext) -> None:
    fill(manage("instellingen"), "word", text="geheim")

    page = manage("logboek")

    written = page.table[0].value.to_csv()
    assert T("log.klaagmuur.access_word") in written
    assert T("log.organisation.import") in written
    assert "geheim" not in written
    assert "beheerder@waterrijk.example" not in written.replace("\\", "")  # it may wrap
    assert "beheerder@\N{ZERO WIDTH SPACE}waterrijk" in written.replace("\\", "")


def test_every_change_that_is_noted_has_words() -> None:
    noted: set[str] = set()
    for file in (ROOT / "monitor").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.note":
                noted |= {c.value for c in ast.walk(node.args[2]) if isinstance(c, ast.Constant)}

    assert len(noted) > 15
    assert {action for action in noted if not T.has(f"log.{action}")} == set()


def test_health_says_what_doctor_says(manage: OpenPage, context: AppContext) -> None:
    assert T("health.well") in said(manage("gezondheid"))
    context.settings.secret_file.chmod(0o644)

    page = manage("gezondheid")

    assert str(context.settings.secret_file.name) in page.warning[0].value.replace("\\", "")


def test_the_set_up_shows_what_is_missing_and_a_round_waits_for_it(
    manage: OpenPage, context: AppContext
) -> None:
    page = manage("inrichten")
    assert T("setup.left", count=3) in said(page)
    assert f"{T('setup.item.tree')}: {T('setup.done')}" in said(page)

    waiting = manage("rondes")

    assert T("open.missing") in waiting.warning[0].value
    assert not waiting.button
    assert rounds.all_rounds(context.engine) == ()


def test_a_round_is_opened_by_hand_and_people_are_invited(
    seal_month: SealMonth, context: AppContext, sign_in: SignIn, open_page: OpenPage
) -> None:
    seal_month("2026-08", noord=(9, 4))
    page = open_page(sign_in("beheerder"), "rondes")
    field(page, "text_input", "open-round", "closes").input("gisteren")
    press(page, "open-round")
    assert page.error

    field(page, "text_input", "open-round", "closes").input("31-12-2099")
    press(page, "open-round")

    opened = rounds.current_open(context.engine)
    assert opened is not None
    assert opened.closes_on is not None
    assert opened.closes_on.year == 2099
    assert T("open.nobody_yet") in said(page)
    written = "".join(element.proto.body for element in page.get("html"))
    assert 'href="/bestanden/uitnodigingen"' in written


def test_a_session_that_ends_in_between_changes_nothing(
    manage: OpenPage, context: AppContext
) -> None:
    page = manage("instellingen")
    accounts.end_sessions(context.engine, "beheerder@waterrijk.example", "test", clock.now())

    field(page, "text_input", "word", "text").input("te laat")
    field(page, "button", "word", "send").click()
    page.run()

    assert title(page) == T("signed_out.title")
    assert access_word.access_word(context.engine) == ""


def test_the_account_it_began_with_is_to_go_once_another_is_ready(
    manage: OpenPage, context: AppContext, now: datetime
) -> None:
    told = T("acc.first", email=phrases.escaped(accounts.FIRST))
    link = accounts.add(context.engine, accounts.FIRST, Role.BEHEERDER, None, "serve", now)
    accounts.set_password(context.engine, link, PASSPHRASE, now)
    assert told not in said(manage("accounts"))

    link = accounts.add(context.engine, "els@stad.example", Role.BEHEERDER, None, "t", now)
    accounts.set_password(context.engine, link, PASSPHRASE, now)
    assert told in said(manage("accounts"))
