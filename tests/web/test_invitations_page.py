"""Codes handed over as a file: made once however often the button is pressed, stored nowhere."""

from __future__ import annotations

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from html import unescape

import pytest
from httpx2 import Response
from pypdf import PdfReader
from sqlalchemy import update
from starlette.testclient import TestClient

from monitor.config.mail_server import MailRoute, MailServer, Security
from monitor.context import AppContext
from monitor.errors import CodeSpent
from monitor.locale import texts
from monitor.mail import route
from monitor.organisation.members import import_members
from monitor.organisation.register import current_tree
from monitor.organisation.unit_files import Member, read_counts, read_members, read_tree
from monitor.pulse.ballot import ballot_box
from monitor.pulse.invitations import outbox
from monitor.pulse.rounds import round_units
from monitor.store import audit
from monitor.store.engine import reading, writing
from monitor.store.tables import member
from tests.web.conftest import PERIOD, TEAM
from tests.web.test_files_in import enter, hidden

T = texts("nl")
PATH = "/bestanden/uitnodigingen"


@pytest.fixture
def manager(browser: TestClient, open_town: AppContext) -> TestClient:
    """A browser in which the beheerder is signed in, while a round is open."""
    enter(browser, open_town, "beheerder")
    return browser


def fill_in(browser: TestClient, path: str = PATH, **fields: str) -> Response:
    """Send the form with these fields."""
    page = browser.get(PATH).text
    hidden_fields = {name: hidden(page, name) for name in ("formulier", "eenmalig")}
    return browser.post(path, data=hidden_fields | fields, files={"bestand": ("", b"")})


def rows(answer: Response) -> list[dict[str, str]]:
    """The table that was handed over."""
    assert answer.status_code == 200, unescape(answer.text)
    return list(csv.DictReader(io.StringIO(answer.text)))


def places(context: AppContext) -> dict[str, tuple[int, int]]:
    """Places and issued codes of each unit that has codes."""
    with reading(context.engine) as connection:
        counts = round_units.unit_invitations(connection, PERIOD)
    return {unit.unit: (unit.invited, unit.issued) for unit in counts if unit.issued}


def test_typed_numbers_become_codes_that_work(manager: TestClient, open_town: AppContext) -> None:
    answer = fill_in(manager, voor="aantallen", soort="csv", n2="7", n3="")

    issued = rows(answer)
    assert (
        answer.headers["content-disposition"]
        == f'attachment; filename="uitnodigingen-{PERIOD}.csv"'
    )
    assert answer.headers["cache-control"] == "no-store"
    assert [set(row) for row in issued] == [{"unit", "code", "link"}] * 7
    assert {row["unit"] for row in issued} == {TEAM}
    assert places(open_town) == {TEAM: (7, 7)}
    for row in issued:
        ballot_box.submit(open_town, row["code"], (4,) * 9)
        assert row["link"].endswith(row["code"].replace("-", ""))


def test_each_member_gets_a_code_with_their_address(
    manager: TestClient, open_town: AppContext, now: datetime
) -> None:
    people = [Member(f"p{n}@stad.example", TEAM) for n in range(6)]
    import_members(open_town.engine, people, "test", now)

    issued = rows(fill_in(manager, voor="leden", soort="csv"))

    assert {row["email"] for row in issued} == {person.email for person in people}
    assert len({row["code"] for row in issued}) == 6


@pytest.mark.slow
def test_slips_are_a_pdf_to_print(manager: TestClient) -> None:
    answer = fill_in(manager, voor="aantallen", soort="pdf", n2="12")

    assert answer.headers["content-type"] == "application/pdf"
    assert len(PdfReader(io.BytesIO(answer.content)).pages) == 2


def test_two_clicks_make_one_file(manager: TestClient, open_town: AppContext) -> None:
    page = manager.get(PATH).text
    fields = {name: hidden(page, name) for name in ("formulier", "eenmalig")}
    fields |= {"voor": "aantallen", "soort": "csv", "n2": "8"}

    def click(_: int) -> bytes:
        return manager.post(PATH, data=fields, files={"bestand": ("", b"")}).content

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(click, range(2))

    assert first == second
    assert len(rows(manager.post(PATH, data=fields, files={"bestand": ("", b"")}))) == 8
    assert places(open_town) == {TEAM: (8, 8)}


def test_a_second_form_for_the_same_team_is_refused(
    manager: TestClient, open_town: AppContext
) -> None:
    rows(fill_in(manager, voor="aantallen", soort="csv", n2="8"))
    file = ("n.csv", f"unit,count\n{TEAM},5\n".encode())
    page = manager.get(PATH).text
    fields = {name: hidden(page, name) for name in ("formulier", "eenmalig")}

    answer = manager.post(
        PATH, data=fields | {"voor": "bestand", "soort": "csv"}, files={"bestand": file}
    )

    assert answer.status_code == 422
    assert places(open_town) == {TEAM: (8, 8)}


def hand_in(browser: TestClient, content: bytes, **fields: str) -> Response:
    """Send the form with a file."""
    page = browser.get(PATH).text
    hidden_fields = {name: hidden(page, name) for name in ("formulier", "eenmalig")}
    return browser.post(PATH, data=hidden_fields | fields, files={"bestand": ("n.csv", content)})


def test_what_was_not_read_of_a_file_is_told_before_there_are_codes(
    manager: TestClient, open_town: AppContext
) -> None:
    file = f"unit,aantal,aantal mensen\n{TEAM},5,8\n".encode()

    asked = hand_in(manager, file, voor="bestand", soort="csv")

    assert T("file.ignored", count=1, columns="aantal mensen") in unescape(asked.text)
    assert T("invitations.confirm.lead", count=5) in unescape(asked.text)
    assert places(open_town) == {}

    names = ("formulier", "eenmalig", "voor", "soort", "inhoud")
    fields = {name: hidden(asked.text, name) for name in names}
    assert len(rows(manager.post(f"{PATH}/bevestigd", data=fields))) == 5
    assert len(rows(manager.post(f"{PATH}/bevestigd", data=fields))) == 5
    assert places(open_town) == {TEAM: (5, 5)}


def test_a_file_of_which_all_was_read_gives_codes_at_once(manager: TestClient) -> None:
    answer = hand_in(manager, f"unit,count\n{TEAM},5\n".encode(), voor="bestand", soort="csv")

    assert len(rows(answer)) == 5


def test_that_somebody_else_changed_the_list_is_said(
    manager: TestClient, open_town: AppContext, now: datetime
) -> None:
    import_members(open_town.engine, [Member("p@stad.example", TEAM)], "test", now)
    assert T("invitations.altered") not in unescape(manager.get(PATH).text)
    with writing(open_town.engine, sign=False) as connection:
        connection.execute(update(member).values(email="x@stad.example"))

    page = unescape(manager.get(PATH).text)

    assert T("invitations.altered") in page
    assert 'value="leden"' not in page
    assert len(rows(fill_in(manager, voor="aantallen", soort="csv", n2="8"))) == 8


@pytest.mark.parametrize("source", ["leden", "aantallen"])
def test_a_file_that_would_not_be_used_is_refused(
    manager: TestClient, open_town: AppContext, now: datetime, source: str
) -> None:
    import_members(open_town.engine, [Member("p@stad.example", TEAM)], "test", now)

    answer = hand_in(manager, b"unit,count\nx,5\n", voor=source, soort="csv", n2="7")

    assert answer.status_code == 422
    assert T("invitations.file_unused") in unescape(answer.text)
    assert places(open_town) == {}


def test_new_codes_void_the_old_ones(manager: TestClient, open_town: AppContext) -> None:
    old = rows(fill_in(manager, voor="aantallen", soort="csv", n2="8"))
    ballot_box.submit(open_town, old[0]["code"], (4,) * 9)

    new = rows(fill_in(manager, f"{PATH}/vervangen", onderdeel="2", aantal="", soort="csv"))

    assert len(new) == 8
    assert not {row["code"] for row in old} & {row["code"] for row in new}
    assert places(open_town) == {TEAM: (8, 16)}


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"voor": "aantallen", "soort": "csv"}, "invitations.nobody"),
        ({"voor": "aantallen", "soort": "csv", "n2": "acht"}, "invitations.number"),
        ({"voor": "aantallen", "n2": "8"}, "invitations.choose"),
        ({"soort": "csv", "n2": "8"}, "invitations.choose"),
        ({"voor": "bestand", "soort": "csv"}, "upload.nothing"),
    ],
)
def test_a_missing_choice_is_explained_and_no_code_is_made(
    manager: TestClient, open_town: AppContext, fields: dict[str, str], key: str
) -> None:
    answer = fill_in(manager, **fields)

    assert answer.status_code == 422
    assert T(key) in unescape(answer.text)
    assert places(open_town) == {}


def test_without_an_open_round_no_codes_can_be_made(browser: TestClient, town: AppContext) -> None:
    enter(browser, town, "beheerder")

    assert T("invitations.no_round") in unescape(browser.get(PATH).text)
    page = {"formulier": hidden(browser.get("/bestanden/leden").text, "formulier")}
    answer = browser.post(PATH, data=page | {"voor": "aantallen"}, files={"bestand": ("", b"")})
    assert answer.status_code == 422


def test_the_audit_log_has_who_made_codes_and_no_code(
    manager: TestClient, open_town: AppContext
) -> None:
    issued = rows(fill_in(manager, voor="aantallen", soort="csv", n2="5"))

    (entry,) = [e for e in audit.entries(open_town.engine) if e.action == "round.invite"]
    assert entry.actor == "beheerder@stad.example"
    assert not any(row["code"] in entry.detail for row in issued)


def test_a_form_from_elsewhere_makes_no_codes(manager: TestClient, open_town: AppContext) -> None:
    for path in (PATH, f"{PATH}/vervangen"):
        answer = manager.post(path, data={"formulier": "x"}, files={"bestand": ("", b"")})
        assert answer.status_code == 403
    assert manager.post(f"{PATH}/bevestigd", data={"formulier": "x"}).status_code == 403
    assert places(open_town) == {}


@pytest.mark.slow
def test_the_app_mails_the_new_links_of_a_team_to_its_members(
    manager: TestClient, open_town: AppContext, now: datetime
) -> None:
    assert 'value="mail"' not in manager.get(PATH).text
    people = [Member(f"p{n}@stad.example", TEAM) for n in range(6)]
    import_members(open_town.engine, people, "test", now)
    server = MailServer(Security.NONE, "127.0.0.1", 9)
    route.choose(open_town, MailRoute(server, "klimaat@stad.example"), "test", now)
    old = rows(fill_in(manager, voor="leden", soort="csv"))[0]["code"]
    page = manager.get(PATH).text
    place = re.search(r'<option value="(\d+)">', page)
    assert place is not None

    answer = fill_in(manager, f"{PATH}/vervangen", onderdeel=place[1], soort="mail")
    assert answer.status_code == 303
    assert "6 leden" in unescape(manager.get(answer.headers["location"]).text)
    assert outbox.progress(open_town.engine, PERIOD).total == 6
    with pytest.raises(CodeSpent):
        ballot_box.submit(open_town, old, (4,) * 9)

    import_members(open_town.engine, [], "test", now)
    answer = fill_in(manager, f"{PATH}/vervangen", onderdeel=place[1], soort="mail")
    assert answer.status_code == 422
    assert T("invitations.no_members") in unescape(answer.text)


def test_a_dutch_excel_is_served_first_in_dutch(manager: TestClient) -> None:
    kinds = re.findall(r'name="soort" value="(csv|excel)"', manager.get(PATH).text)
    english = re.findall(r'name="soort" value="(csv|excel)"', manager.get(f"{PATH}?taal=en").text)

    assert kinds[:2] == ["excel", "csv"]
    assert english[:2] == ["csv", "excel"]


def test_the_file_for_excel_has_its_mark_and_semicolons(manager: TestClient) -> None:
    answer = fill_in(manager, voor="aantallen", soort="excel", n2="7", n3="")

    assert answer.headers["content-disposition"].endswith(f'uitnodigingen-{PERIOD}.csv"')
    lines = answer.content.decode("utf-8").split("\r\n")
    assert lines[0] == "\ufeffunit;code;link"
    assert [line.count(";") for line in lines] == [2] * 8 + [0]


@pytest.mark.parametrize("what", ["organisatie", "leden", "aantallen"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_template_can_be_filled_in_and_handed_in(
    manager: TestClient, open_town: AppContext, what: str, language: str
) -> None:
    template = manager.get(f"/bestanden/sjabloon/{what}.csv?taal={language}").content
    tree = current_tree(open_town.engine)

    assert template.startswith(b"\xef\xbb\xbf")
    if what == "organisatie":
        assert read_tree(template, "t.csv") == tree
    elif what == "leden":
        separator = b";" if language == "nl" else b","
        filled_in = template + separator.join((b"a@b.nl", TEAM.encode()))
        assert read_members(filled_in, "t.csv", tree) == (Member("a@b.nl", TEAM),)
    else:
        assert read_counts(template.replace(b"0\r\n", b"7\r\n"), "t.csv", tree)


def test_there_is_no_other_template(manager: TestClient) -> None:
    assert manager.get("/bestanden/sjabloon/geheim.csv").status_code == 404


def test_a_template_is_for_who_may_hand_the_file_in(
    browser: TestClient, open_town: AppContext
) -> None:
    assert browser.get("/bestanden/sjabloon/leden.csv").status_code == 303
    enter(browser, open_town, "toezicht")
    assert browser.get("/bestanden/sjabloon/leden.csv").status_code == 403
