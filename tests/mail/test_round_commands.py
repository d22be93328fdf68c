"""``round invite --send`` and ``--slips``, ``round remind`` and ``round mail``, as typed."""

from __future__ import annotations

import csv
import io
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner, Result

from monitor import clock
from monitor.commands.round import round_
from monitor.context import AppContext, use_context
from monitor.errors import Refusal
from monitor.organisation.members import import_members
from monitor.organisation.unit_files import Member
from monitor.pulse.ballot import ballot_box
from monitor.pulse.rounds import rounds
from tests.mail.conftest import EVERYBODY, OOST, PERIOD, WEST
from tests.mail.mailroom import Mailroom
from tests.mail.test_slips import TYPED

CODE = re.compile(r"/pulse/([0-9A-Z]{20})\s")
SATURDAY = datetime.fromisoformat("2026-11-07T12:00:00+01:00")


@pytest.fixture(autouse=True)
def set_clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Callable[[datetime], None]:
    """Sets the clock; it starts at the moment of the tests."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_to(now)
    return set_to


def run(*arguments: str) -> Result:
    return CliRunner().invoke(round_, arguments)


def done(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.exception
    return result.output


def refused(*arguments: str) -> str:
    result = run(*arguments)
    assert isinstance(result.exception, Refusal), result.output
    return result.exception.key


def codes_in(mailroom: Mailroom) -> dict[str, str]:
    codes = {}
    for message in mailroom.taken:
        body = message.get_body(("plain",))
        assert body is not None
        link = CODE.search(str(body.get_content()))
        assert link is not None
        codes[str(message["To"])] = link[1]
    return codes


def test_sending_shows_its_progress_and_neither_an_address_nor_a_code(
    with_members: AppContext, mailroom: Mailroom
) -> None:
    output = done("invite", PERIOD, "--send")

    assert "Er staan 11 mails klaar." in output
    assert "11 van 11 verstuurd." in output
    assert "De mailserver heeft 11 mails van deze ronde aangenomen." in output
    assert mailroom.to == dict.fromkeys(EVERYBODY, 1)
    for secret in (*EVERYBODY, *codes_in(mailroom).values()):
        assert secret not in output


def test_sending_twice_sends_nothing_twice(with_members: AppContext, mailroom: Mailroom) -> None:
    done("invite", PERIOD, "--send")

    assert "Er is niets nieuws klaargezet." in done("invite", PERIOD, "--send")
    assert mailroom.to == dict.fromkeys(EVERYBODY, 1)


def test_a_refused_address_is_counted_named_on_request_and_tried_again(
    with_members: AppContext, mailroom: Mailroom, tmp_path: Path
) -> None:
    mailroom.on_rcpt = lambda to, _: "550 unknown" if to == OOST[0] else None
    out = tmp_path / "refused.csv"

    output = done("invite", PERIOD, "--send")
    assert "1 adres is geweigerd." in output
    assert OOST[0] not in output
    assert "10 van 11 verstuurd." in done("mail", PERIOD, "--refused", str(out))
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert list(csv.reader(io.StringIO(out.read_text()))) == [["unit", "email"], ["oost", OOST[0]]]
    assert refused("mail", PERIOD, "--refused", str(out)) == "invite.file_exists"

    mailroom.on_rcpt = lambda _to, _: None
    done("invite", PERIOD, "--send")
    assert mailroom.to == dict.fromkeys(EVERYBODY, 1)


def test_without_a_mail_server_no_code_is_made(
    with_members: AppContext, mailroom: Mailroom
) -> None:
    use_context(
        replace(with_members, settings=replace(with_members.settings, smtp_url="", mail_from=""))
    )
    assert refused("invite", PERIOD, "--send") == "mail.not_set"

    unreachable = replace(with_members.settings, smtp_url="smtp://127.0.0.1:9")
    use_context(replace(with_members, settings=unreachable))
    assert refused("invite", PERIOD, "--send") == "mail.unreachable"

    use_context(with_members)
    assert "Er staan 11 mails klaar." in done("invite", PERIOD, "--send")


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("--send", "--count", "oost=3"), "invite.send_counts"),
        (("--send", "--slips", "{out}"), "invite.one_output"),
        (("--csv", "{out}", "--slips", "{out}"), "invite.one_output"),
        (("--send", "--replace", "oost"), "invite.nothing_to_replace"),
        (("--send", "--replace", "stad"), "invite.no_members"),
        ((), "invite.no_output"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    with_members: AppContext, tmp_path: Path, arguments: tuple[str, ...], key: str
) -> None:
    out = tmp_path / "out"

    assert refused("invite", PERIOD, *(a.format(out=out) for a in arguments)) == key
    assert not out.exists()


def test_sending_without_members_is_refused(with_members: AppContext, now: datetime) -> None:
    import_members(with_members.engine, [], "test", now)

    assert refused("invite", PERIOD, "--send") == "invite.no_members_at_all"


def test_newcomers_are_reported_and_reached_by_replacing(
    with_members: AppContext, mailroom: Mailroom, now: datetime
) -> None:
    done("invite", PERIOD, "--send")
    old = codes_in(mailroom)
    people = [Member(e, "oost") for e in (*OOST, "nieuw@x.example")]
    people += [Member(e, "west") for e in WEST]
    import_members(with_members.engine, people, "test", now)
    mailroom.taken.clear()

    assert "In oost is 1 medewerker zonder uitnodiging" in done("invite", PERIOD, "--send")
    assert mailroom.taken == []
    done("invite", PERIOD, "--send", "--replace", "oost")

    assert mailroom.to == dict.fromkeys((*OOST, "nieuw@x.example"), 1)
    assert not set(codes_in(mailroom).values()) & set(old.values())


def test_reminding(
    with_members: AppContext, mailroom: Mailroom, set_clock: Callable[[datetime], None]
) -> None:
    done("invite", PERIOD, "--send")
    first = codes_in(mailroom)
    mailroom.taken.clear()

    set_clock(SATURDAY)
    assert refused("remind", PERIOD) == "remind.weekend"
    set_clock(SATURDAY + timedelta(2))
    for _ in range(2):
        assert "Er staan 11 mails klaar." in done("remind", PERIOD)
    assert refused("remind", PERIOD) == "remind.enough"

    assert mailroom.to == dict.fromkeys(EVERYBODY, 2)
    assert codes_in(mailroom) == first


def test_reminding_of_codes_that_others_sent_is_refused(
    with_members: AppContext, tmp_path: Path
) -> None:
    done("invite", PERIOD, "--csv", str(tmp_path / "codes.csv"))

    assert refused("remind", PERIOD) == "remind.not_ours"
    assert refused("invite", PERIOD, "--send") == "invite.all_invited"


def test_slips_hold_codes_that_work(with_members: AppContext, tmp_path: Path) -> None:
    out = tmp_path / "slips.pdf"

    output = done("invite", PERIOD, "--slips", str(out))

    assert "Er zijn 11 codes gemaakt." in output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    printed = [page.extract_text() for page in pypdf.PdfReader(out).pages]
    assert [len(TYPED.findall(page)) for page in printed] == [6, 5]
    for code in TYPED.findall(" ".join(printed)):
        assert ballot_box.open_sheet(with_members, code)


def test_slips_can_replace_and_be_counted(with_members: AppContext, tmp_path: Path) -> None:
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    done("invite", PERIOD, "--slips", str(first), "--count", "oost=3")

    done("invite", PERIOD, "--slips", str(second), "--replace", "oost")

    assert len(TYPED.findall(pypdf.PdfReader(second).pages[0].extract_text())) == 6
    assert refused("invite", PERIOD, "--slips", str(second), "--count", "west=1") == (
        "invite.file_exists"
    )


def test_a_closed_round_sends_nothing(with_members: AppContext, now: datetime) -> None:
    rounds.abandon(with_members, PERIOD, "test", now)

    assert refused("invite", PERIOD, "--send") == "round.is_abandoned"
    assert refused("remind", PERIOD) == "round.is_abandoned"
    assert refused("remind", "2026-12") == "round.unknown"
