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
        ("email,unit,naam\na@b.nl,wmo,Noor\n", [("file.columns", 0)]),
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
