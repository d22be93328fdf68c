"""``organisation import`` and ``members import``."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.folders import DEFAULTS
from monitor.context import AppContext
from monitor.organisation.members import members
from monitor.organisation.register import current_tree
from monitor.organisation.unit_files import read_counts
from tests.commands.conftest import run

EXAMPLES = DEFAULTS / "examples"


def test_the_examples_are_imported(context: AppContext, capsys: pytest.CaptureFixture[str]) -> None:
    units = run(capsys, "organisation", "import", str(EXAMPLES / "organisation.csv"))
    people = run(capsys, "members", "import", str(EXAMPLES / "members.csv"))

    tree = current_tree(context.engine)
    assert units == (
        0,
        f"De organisatie is ingelezen: {len(tree)} onderdelen open; {len(tree)} nieuw, "
        "0 hernoemd, 0 verplaatst, 0 gesloten, 0 weer geopend.\n",
        "",
    )
    assert people[0] == 0
    assert people[1].count("\n") == 1
    counts = read_counts((EXAMPLES / "counts.csv").read_bytes(), "counts.csv", tree)
    per_unit = [member.unit for member in members(context.engine)]
    assert counts == {unit: per_unit.count(unit) for unit in set(per_unit)}


def test_members_left_behind_are_counted_on_the_same_line(
    context: AppContext, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tree.csv"
    file.write_text("unit,parent\nstad,\nwmo,stad\n", "utf-8")
    people = tmp_path / "people.csv"
    people.write_text("email,unit\nnoor@stad.example,wmo\n", "utf-8")
    run(capsys, "organisation", "import", str(file))
    run(capsys, "members", "import", str(people))
    file.write_text("unit,parent\nstad,\n", "utf-8")

    refused = run(capsys, "organisation", "import", str(file))
    assert refused[:2] == (2, "")
    assert "Zou dichtgaan: wmo (wmo)" in refused[2]
    assert len(current_tree(context.engine).open_units) == 2

    status, out, _ = run(capsys, "organisation", "import", str(file), "--close-missing")

    assert status == 0
    assert "1 gesloten" in out
    assert "1 lid staat nog bij een gesloten onderdeel" in out
    assert out.count("\n") == 1


def test_a_wrong_file_gives_one_sentence_per_fault_and_changes_nothing(
    context: AppContext, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tree.csv"
    file.write_text("unit;parent\nstad;\nwmo;sta\nwmo;stad\n", "utf-8")

    status, out, err = run(capsys, "organisation", "import", str(file))

    assert status == 2
    assert out == ""
    assert [line.split(":")[0] for line in err.splitlines()] == ["tree.csv", "Regel 3", "Regel 4"]
    assert len(current_tree(context.engine)) == 0


@pytest.mark.parametrize("noun", ["organisation", "members"])
def test_a_missing_file_gives_one_sentence(
    context: AppContext, noun: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, noun, "import", str(tmp_path / "niets.csv"))

    assert (status, out) == (2, "")
    assert err == "Het bestand niets.csv is er niet. Kijk of de naam en de map kloppen.\n"


def test_members_before_the_organisation_are_refused(
    context: AppContext, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = run(capsys, "members", "import", str(EXAMPLES / "members.csv"))

    assert status == 2
    assert "lees eerst de organisatie in" in err
    assert "@" not in err
    assert members(context.engine) == ()


def test_every_unit_that_would_close_is_named(
    context: AppContext, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tree.csv"
    file.write_text("unit,parent\nstad,\n" + "".join(f"team{n},stad\n" for n in range(60)), "utf-8")
    run(capsys, "organisation", "import", str(file))
    file.write_text("unit,parent\nstad,\n", "utf-8")

    status, out, err = run(capsys, "organisation", "import", str(file))

    assert (status, out) == (2, "")
    assert err.count("Zou dichtgaan") == 60


@pytest.mark.parametrize("options", [(), ("--close-missing",)])
def test_keys_that_lost_their_zeros_close_nothing(
    context: AppContext,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
) -> None:
    file = tmp_path / "tree.csv"
    file.write_text("unit,parent\nstad,\n0012,stad\n", "utf-8")
    run(capsys, "organisation", "import", str(file))
    file.write_text("unit,parent\nstad,\n12,stad\n", "utf-8")

    status, _, err = run(capsys, "organisation", "import", str(file), *options)

    assert status == 2
    assert "0012" in err
    assert "12" not in current_tree(context.engine)


def test_other_columns_are_left_aside_with_a_word(
    context: AppContext, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tree.csv"
    file.write_text("Onderdeel;Bovenliggend;Naam;Budget\nstad;;Stad;3\n", "utf-8")

    status, _, err = run(capsys, "organisation", "import", str(file))

    assert status == 0
    assert "Budget" in err
