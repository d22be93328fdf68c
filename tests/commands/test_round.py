"""``round``: opening, inviting, closing and abandoning."""

from __future__ import annotations

import csv
import stat
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete

from monitor.cli import main
from monitor.commands.round import round_
from monitor.context import AppContext
from monitor.errors import FileRefused, InputRefused, Refusal, RoundRefused
from monitor.organisation.members import import_members
from monitor.organisation.register import current_tree, import_tree
from monitor.organisation.unit_files import read_members, read_tree
from monitor.pulse.ballot import ballot_box
from monitor.pulse.invitations import issue
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.questionnaire_in_use import in_use
from monitor.store import audit
from monitor.store.engine import writing
from monitor.store.tables import envelope

PERIOD = "2070-11"
TREE = b"unit,parent,name\nstad,,Stad\noost,stad,Oost\nwest,stad,West\n"


@pytest.fixture
def organised(context: AppContext, now: datetime) -> AppContext:
    """A town with two teams and an open round."""
    import_tree(context.engine, read_tree(TREE, "tree.csv"), "test", now)
    assert run("open", PERIOD, "--closes", "2070-11-17").exit_code == 0
    return context


def run(*arguments: str) -> Result:
    return CliRunner().invoke(round_, arguments)


def refused(*arguments: str) -> Refusal:
    result = run(*arguments)
    assert isinstance(result.exception, Refusal), result.output
    return result.exception


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_codes_are_written_per_unit_with_links_that_work(
    organised: AppContext, tmp_path: Path
) -> None:
    out = tmp_path / "codes.csv"

    result = run("invite", PERIOD, "--csv", str(out), "--count", "oost=3", "--count", "west=2")

    assert result.exit_code == 0, result.output
    assert [row["unit"] for row in rows(out)] == ["oost"] * 3 + ["west"] * 2
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    for row in rows(out):
        assert row["link"].startswith("http://localhost:8501/pulse/")
        assert ballot_box.open_sheet(organised, row["code"])
        assert ballot_box.open_sheet(organised, row["link"].rpartition("/")[2])
        assert row["code"] not in result.output


def test_counts_may_come_from_a_file_with_dutch_separators(
    organised: AppContext, tmp_path: Path
) -> None:
    counts = tmp_path / "counts.csv"
    counts.write_bytes("unit;count\r\noost;3\r\n".encode("utf-8-sig"))
    out = tmp_path / "codes.csv"

    assert run("invite", PERIOD, "--csv", str(out), "--counts", str(counts)).exit_code == 0
    assert len(rows(out)) == 3


def test_members_each_get_a_code_of_their_own_team(
    organised: AppContext, tmp_path: Path, now: datetime
) -> None:
    content = b"email,unit\na@x.example,oost\nb@x.example,oost\nc@x.example,west\n"
    tree = current_tree(organised.engine)
    members = read_members(content, "members.csv", tree)
    import_members(organised.engine, members, "test", now)
    out = tmp_path / "codes.csv"

    assert run("invite", PERIOD, "--csv", str(out)).exit_code == 0

    units = {row["email"]: row["unit"] for row in rows(out)}
    assert units == {"a@x.example": "oost", "b@x.example": "oost", "c@x.example": "west"}


def test_replacing_takes_several_units(organised: AppContext, tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    run("invite", PERIOD, "--csv", str(first), "--count", "oost=3", "--count", "west=2")

    result = run("invite", PERIOD, "--csv", str(second), "--replace", "oost", "west")

    assert result.exit_code == 0, result.output
    assert [row["unit"] for row in rows(second)] == ["oost"] * 3 + ["west"] * 2
    assert not {r["code"] for r in rows(first)} & {r["code"] for r in rows(second)}


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("--count", "oost=3"), "invite.no_output"),
        (("--csv", "{out}"), "invite.how_many"),
        (("--csv", "{out}", "--count", "oost"), "invite.count_shape"),
        (("--csv", "{out}", "--count", "oost=drie"), "invite.count_shape"),
        (("--csv", "{out}", "--count", "nergens=3"), "invite.unit_unknown"),
        (("--csv", "{out}", "--count", "oost=0"), "invite.count"),
        (("--csv", "{out}", "--replace", "oost"), "invite.nothing_to_replace"),
        (("--csv", "{out}", "--count", "oost=3", "west"), "invite.stray"),
        (("--csv", "{existing}", "--count", "oost=3"), "invite.file_exists"),
    ],
)
def test_a_refused_invitation_leaves_no_file(
    organised: AppContext, tmp_path: Path, arguments: tuple[str, ...], key: str
) -> None:
    existing = tmp_path / "existing.csv"
    existing.write_text("mine")
    out = tmp_path / "codes.csv"
    filled = [a.format(out=out, existing=existing) for a in arguments]

    assert refused("invite", PERIOD, *filled).key == key

    assert not out.exists()
    assert existing.read_text() == "mine"


def test_a_file_that_cannot_be_written_issues_no_codes(
    organised: AppContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "codes.csv"

    def no_room(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full_disk:
        full_disk.setattr("monitor.commands.output.os.fsync", no_room)
        refusal = refused("invite", PERIOD, "--csv", str(out), "--count", "oost=3")

    assert refusal.key == "invite.unwritable"
    assert not out.exists()
    assert run("invite", PERIOD, "--csv", str(out), "--count", "oost=3").exit_code == 0


def test_a_count_for_a_unit_that_is_not_replaced_is_refused(
    organised: AppContext, tmp_path: Path
) -> None:
    counts = ("--count", "oost=3", "--count", "west=2")
    run("invite", PERIOD, "--csv", str(tmp_path / "a.csv"), *counts)

    refusal = refused(
        "invite", PERIOD, "--csv", str(tmp_path / "b.csv"), "--replace", "oost", *counts
    )

    assert refusal.key == "invite.stray"


def test_an_ignored_column_of_a_counts_file_is_named(organised: AppContext, tmp_path: Path) -> None:
    counts = tmp_path / "counts.csv"
    counts.write_text("onderdeel;aantal;opmerking\noost;3;x\n")
    run("open", PERIOD)

    done = run("invite", PERIOD, "--csv", str(tmp_path / "a.csv"), "--counts", str(counts))

    assert done.exit_code == 0
    assert "opmerking" in done.stderr


def test_a_faulty_counts_file_names_its_rows(organised: AppContext, tmp_path: Path) -> None:
    counts = tmp_path / "counts.csv"
    counts.write_text("unit,count\noost,veel\nnergens,3\n")

    refusal = refused("invite", PERIOD, "--csv", str(tmp_path / "o.csv"), "--counts", str(counts))

    assert isinstance(refusal, FileRefused)
    assert len(refusal.faults) == 2


def test_a_round_is_opened_closed_and_listed(organised: AppContext) -> None:
    assert refused("open", PERIOD).key == "round.exists"
    assert refused("open", "2070-13").key == "period.shape"
    assert refused("open", "2070-12", "--closes", "morgen").key == "round.day"
    assert "2070-11  open" in run("list").output

    assert run("close", PERIOD).exit_code == 0

    assert "2070-11  geteld" in run("list").output
    assert isinstance(refused("close", PERIOD), RoundRefused)
    assert refused("abandon", PERIOD).key == "round.is_sealed"


def take_an_envelope(context: AppContext, now: datetime) -> None:
    """Somebody answers, and somebody who can write in the store takes the envelope away."""
    (invited, *_) = issue.invite(context, PERIOD, {"oost": 6}, "test", now)
    ballot_box.submit(context, invited.code, (4,) * len(in_use(context).questions))
    with writing(context.engine) as connection:
        connection.execute(delete(envelope))


def test_a_box_that_is_not_whole_is_told_of_without_saying_where(
    organised: AppContext, now: datetime
) -> None:
    take_an_envelope(organised, now)

    output = run("close", PERIOD).stdout

    assert "klopte niet" in output
    assert "oost" not in output.lower()
    assert "round.incomplete" in {entry.action for entry in audit.entries(organised.engine)}


def test_a_box_may_be_accepted_as_it_is_and_that_is_logged(
    organised: AppContext, now: datetime
) -> None:
    take_an_envelope(organised, now)

    assert run("accept-box", PERIOD).exit_code == 0

    assert "klopte niet" not in run("close", PERIOD).stdout
    assert "round.accept_box" in {entry.action for entry in audit.entries(organised.engine)}
    assert refused("accept-box", PERIOD).key == "round.is_sealed"


def test_an_open_round_without_its_key_is_listed_as_lost_and_can_be_abandoned(
    organised: AppContext,
) -> None:
    organised.keys.destroy(rounds.get(organised.engine, PERIOD).key_name)

    assert "sleutel is hier niet" in run("list").output
    assert refused("close", PERIOD).key == "round.key_missing"
    assert run("abandon", PERIOD).exit_code == 0
    assert "opgegeven" in run("list").output


def test_a_refusal_is_one_dutch_sentence_and_exit_status_two(
    organised: AppContext, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["round", "close", "2069-01"])

    assert stopped.value.code == 2
    assert capsys.readouterr().err.strip() == "Er is geen ronde voor januari 2069."
    assert issubclass(InputRefused, Refusal)
