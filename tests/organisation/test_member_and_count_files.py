"""Reading members and numbers of people from files, and the faults that are refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.errors import FileRefused
from monitor.locale import texts
from monitor.organisation.tree import Tree, Unit
from monitor.organisation.unit_files import Member, read_counts, read_members

FaultsOf = Callable[[Callable[[], object]], list[tuple[str, int]]]

TREE = Tree(
    (
        Unit("stad", None, "Stad"),
        Unit("wmo", "stad", "Wmo"),
        Unit("oud", "stad", "Oud", closed=True),
    )
)


def test_members_keep_the_order_of_the_file() -> None:
    content = b"unit;email\r\nwmo;Noor.Kok@stad.example\r\nstad; omar@stad.example \r\n"

    assert read_members(content, "members.csv", TREE) == (
        Member("noor.kok@stad.example", "wmo"),
        Member("omar@stad.example", "stad"),
    )


@pytest.mark.parametrize(
    "address",
    [
        "noor",
        "noor@",
        "@stad.example",
        "noor@stad",
        "noor@@stad.example",
        "noor@stad..example",
        "noor kok@stad.example",
        "noor@-stad.example",
        "=noor@stad.example",
        "+noor@stad.example",
        "noor@stad.example\x07x",
        "Noor <noor@stad.example>",
        "noor@st\u00e4d.example",
        "n" * 65 + "@stad.example",
        "n@" + "a." * 130 + "nl",
        "",
    ],
)
def test_an_impossible_address_is_refused(address: str, faults_of: FaultsOf) -> None:
    content = f'email,unit\n"{address}",wmo\n'.encode()

    assert faults_of(lambda: read_members(content, "members.csv", TREE)) == [("members.email", 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("email,unit\na@b.nl,wmo\nA@B.nl,stad\n", [("members.double", 3)]),
        ("email,unit\na@b.nl,oost\n", [("file.unit_unknown", 2)]),
        ("email,unit\na@b.nl,oud\n", [("file.unit_closed", 2)]),
        ("email,unit\na@b.nl,\n", [("file.blank", 2)]),
        ("email,unit\nx,oost\n", [("members.email", 2), ("file.unit_unknown", 2)]),
        ("email,unit\n", [("members.empty", 0)]),
        ("unit\nwmo\n", [("file.columns", 0)]),
    ],
)
def test_faults_among_members_are_refused_with_their_line(
    text: str, expected: list[tuple[str, int]], faults_of: FaultsOf
) -> None:
    assert faults_of(lambda: read_members(text.encode(), "members.csv", TREE)) == expected


def test_a_refusal_repeats_no_address() -> None:
    content = b"email,unit\nnoor@stad.example,wmo\nnoor@stad.example,wmo\nomar@stad,wmo\n"

    with pytest.raises(FileRefused) as refusal:
        read_members(content, "members.csv", TREE)

    sentences = " ".join(texts("nl")(fault.key, **fault.words) for fault in refusal.value.faults)
    assert len(refusal.value.faults) == 2
    assert "noor" not in sentences
    assert "omar" not in sentences


def test_counts_leave_out_units_with_nobody() -> None:
    content = b"unit,count\nstad,0\nwmo,12\n"

    assert read_counts(content, "counts.csv", TREE) == {"wmo": 12}


@pytest.mark.parametrize("count", ["", "-1", "1.5", "1,5", "twaalf", "5001", "99999", "1e3", "١٢"])
def test_an_impossible_number_of_people_is_refused(count: str, faults_of: FaultsOf) -> None:
    content = f'unit,count\nwmo,"{count}"\n'.encode()

    assert faults_of(lambda: read_counts(content, "counts.csv", TREE)) == [("counts.number", 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unit,count\nwmo,3\nwmo,4\n", [("organisation.double", 3)]),
        ("unit,count\noost,3\n", [("file.unit_unknown", 2)]),
        ("unit,count\noud,3\n", [("file.unit_closed", 2)]),
        ("unit,count\n,3\n,4\n", [("file.blank", 2), ("file.blank", 3)]),
        ("unit,count\nwmo,0\n", [("counts.empty", 0)]),
        ("unit,count\n", [("counts.empty", 0)]),
    ],
)
def test_faults_among_counts_are_refused_with_their_line(
    text: str, expected: list[tuple[str, int]], faults_of: FaultsOf
) -> None:
    assert faults_of(lambda: read_counts(text.encode(), "counts.csv", TREE)) == expected


SAME_NAMES = Tree(
    (
        Unit("stad", None, "Stad"),
        Unit("w1", "stad", "Wmo Noord"),
        Unit("j", "stad", "Jeugd"),
        Unit("j1", "j", "Team 1"),
        Unit("w11", "w1", "Team 1"),
        Unit("0012", "stad", "Caf\u00e9"),
    )
)


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("Wmo Noord", "w1"),
        ("wmo\u00a0 NOORD\u200b", "w1"),
        ("Cafe\u0301", "0012"),
        ("W1", "w1"),
        ("w\u20111", ""),
        ("Team 1", ""),
        ("12", ""),
    ],
)
def test_a_unit_is_found_by_its_key_or_by_a_name_that_only_one_has(
    cell: str, key: str, faults_of: FaultsOf
) -> None:
    members = f"Onderdeel;E-mailadres;Naam\n{cell};a@b.nl;Noor\n".encode()
    counts = f"unit,aantal\n{cell},7\n".encode()

    if key:
        assert read_members(members, "leden.csv", SAME_NAMES) == (Member("a@b.nl", key),)
        assert read_counts(counts, "aantallen.csv", SAME_NAMES) == {key: 7}
    else:
        fault = "file.unit_ambiguous" if cell == "Team 1" else "file.unit_unknown"
        assert faults_of(lambda: read_members(members, "leden.csv", SAME_NAMES)) == [(fault, 2)]
        assert faults_of(lambda: read_counts(counts, "aantallen.csv", SAME_NAMES)) == [(fault, 2)]


def test_the_same_unit_under_two_names_is_there_twice(faults_of: FaultsOf) -> None:
    content = b"unit,count\nw1,7\nWmo Noord,8\n"

    assert faults_of(lambda: read_counts(content, "a.csv", SAME_NAMES)) == [
        ("organisation.double", 3)
    ]
