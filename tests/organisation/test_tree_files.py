"""Trees from files, whatever program saved them; and what is refused, with its line."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import FileRefused, InputRefused
from monitor.inputs.csv_records import MOST_CELLS
from monitor.inputs.text_files import MOST_BYTES, read_bytes
from monitor.locale import texts
from monitor.organisation.tree import Tree, Unit
from monitor.organisation.unit_files import MOST_UNITS, read_counts, read_members, read_tree

FaultsOf = Callable[[Callable[[], object]], list[tuple[str, int]]]

PLAIN = "unit,parent,name\nwaterrijk,,Gemeente Waterrijk\ncafe,waterrijk,Café Één\n"
TREE = Tree((Unit("waterrijk", None, "Gemeente Waterrijk"), Unit("cafe", "waterrijk", "Café Één")))


def tree_of(text: str) -> Tree:
    """Read a tree from text saved as UTF-8."""
    return read_tree(text.encode(), "tree.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("hint", [False, True])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_the_same_tree_from_every_program(
    encoding: str, separator: str, hint: bool, ending: str
) -> None:
    text = ("sep=,\n" if hint else "") + PLAIN
    content = text.replace(",", separator).replace("\n", ending).encode(encoding)

    assert read_tree(content, "tree.csv") == TREE


@pytest.mark.parametrize(
    "text",
    [
        'unit,parent,name\n"waterrijk","","Gemeente Waterrijk"\n"cafe","waterrijk","Café Één"\n',
        'Parent , UNIT,"Name"\n,waterrijk,Gemeente Waterrijk\nwaterrijk, cafe ,Café Één\n',
        PLAIN + "\n\n,,\n   \n",
        "\n\n" + PLAIN,
        PLAIN.replace("unit,parent,name", "Onderdeel,bovenliggend,naam"),
        "unit,parent,name,,\nwaterrijk,,Gemeente Waterrijk,,\ncafe,waterrijk,Café Één,,\n",
        'SEP=;\nunit;parent;name\nwaterrijk;;"Gemeente Waterrijk"\ncafe;waterrijk;Café Één',
        '"sep=,"\n' + PLAIN,
        # accents as letter plus mark, as some programs save them
        unicodedata.normalize("NFD", PLAIN),
        # children before their parents
        "unit,parent,name\ncafe,waterrijk,Café Één\nwaterrijk,,Gemeente Waterrijk\n",
    ],
)
def test_small_differences_do_not_matter(text: str) -> None:
    assert tree_of(text) == TREE


def test_a_separator_inside_quotes_belongs_to_the_name() -> None:
    tree = tree_of('unit;parent;name\nstad;;"Stad; en ""ommeland"", samen"\n')

    assert tree.get("stad").name == 'Stad; en "ommeland", samen'


def test_without_a_name_column_a_unit_is_called_by_its_key() -> None:
    assert tree_of("unit,parent\nstad,\nwmo,stad\n").get("wmo").name == "wmo"


def test_cells_left_off_at_the_end_are_empty() -> None:
    assert tree_of("unit,parent\nstad\nwmo,stad\n").root == "stad"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unit,parent\n,\nstad,\n,stad\n", [("file.blank", 4)]),
        ("unit,parent,name\nstad,,\nwmo,stad,\n", [("file.blank", 2), ("file.blank", 3)]),
        ("unit,parent\nstad,\nwmo,stad\nwmo,stad\n", [("organisation.double", 4)]),
        ("unit,parent\nstad,\nwmo,sta\n", [("organisation.orphan", 3)]),
        ("unit,parent\nstad,\nwmo,Stad\n", [("organisation.orphan", 3)]),
        ("unit,parent\nstad,\na,b\nb,a\n", [("organisation.cycle", 3)]),
        (
            "unit,parent\nstad,stad\n",
            [("organisation.no_top", 0), ("organisation.own_parent", 2)],
        ),
        ("unit,parent\nstad,\n\ndorp,\n", [("organisation.second_top", 4)]),
        ("unit,parent\n", [("organisation.empty", 0)]),
        ("unit,parent\n\n\n", [("organisation.empty", 0)]),
        ("unit,parent\nstad,\n=1+1,stad\n@x,stad\n", [("file.formula", 3), ("file.formula", 4)]),
        ("unit,parent,name\nstad,,-Stad\n", [("file.formula", 2)]),
        ("unit,parent,name\nstad,,St\x1bad\n", [("file.invisible", 2)]),
        (
            'unit,parent,name\nstad,,"St\nad"\nwmo,stad,W\u202emo\n',
            [("file.invisible", 2), ("file.invisible", 4)],
        ),
        (f"unit,parent\nstad,\n{'x' * 65},stad\n", [("file.too_long", 3)]),
        (f"unit,parent,name\nstad,,{'x' * 121}\n", [("file.too_long", 2)]),
        ("unit,parent\nstad,,extra\n", [("file.cell_without_heading", 2)]),
        ("unit,parent,\nstad,,extra\n", [("file.cell_without_heading", 2)]),
        ("unit;parent\nstad;\nwmo,stad\n", [("file.other_separator", 3)]),
        ('unit,parent\nstad,\nwmo,"stad\nmeer\n', [("file.quotes", 3)]),
        ('unit,parent\n"stad"x,\n', [("file.quotes", 2)]),
        ("sep=;\nunit;parent\nstad;\nwmo;sta\n", [("organisation.orphan", 4)]),
        ("sep=|\nunit|parent\nstad|\n", [("file.separator", 0)]),
        ("unit|parent\nstad|\n", [("file.columns", 0)]),
        ("unit,name\nstad,Stad\n", [("file.columns", 0)]),
        ("unit,parent,unit\nstad,,stad\n", [("file.columns_twice", 0)]),
        ("stad,\nwmo,stad\n", [("file.columns", 0)]),
        ("", [("file.empty", 0)]),
        ("\n  \n,,\n", [("file.empty", 0)]),
        ("unit,parent\nst\0ad,\n", [("file.encoding", 2)]),
    ],
)
def test_every_fault_is_refused_with_its_line(
    text: str, expected: list[tuple[str, int]], faults_of: FaultsOf
) -> None:
    assert faults_of(lambda: tree_of(text)) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PLAIN.encode("utf-16-le"), ("file.encoding", 1)),
        (
            codecs.BOM_UTF8 + "unit,parent\nstad,\ncafé,stad\n".encode("cp1252"),
            ("file.encoding", 3),
        ),
        (b"unit,parent\nstad,\ncaf\x81,stad\n", ("file.encoding", 3)),
        (codecs.BOM_UTF16_LE + b"u", ("file.encoding", 1)),
        (PLAIN.encode("utf-32"), ("file.encoding", 1)),
        (b"PK\x03\x04 and so on", ("file.spreadsheet", 0)),
        (b"\xd0\xcf\x11\xe0 and so on", ("file.spreadsheet", 0)),
        (b"unit,parent\n" + b"x" * MOST_BYTES, ("file.too_large", 0)),
        (b"unit,parent\n" + b"x" * 200_000 + b",\n", ("file.quotes", 2)),
    ],
)
def test_a_file_that_is_no_text_is_refused(
    content: bytes, expected: tuple[str, int], faults_of: FaultsOf
) -> None:
    assert faults_of(lambda: read_tree(content, "tree.csv")) == [expected]


def test_the_columns_found_are_named() -> None:
    with pytest.raises(InputRefused) as refusal:
        tree_of("eenheid;ouder;naam\nstad;;Stad\n")

    assert refusal.value.words["found"] == "eenheid, ouder, naam"


def test_all_faults_are_named_at_once_in_the_order_of_their_lines(faults_of: FaultsOf) -> None:
    text = "unit,parent\nstad,\nwmo,sta\ndorp,\nwmo,stad\na,b\nb,a\n"

    assert faults_of(lambda: tree_of(text)) == [
        ("organisation.orphan", 3),
        ("organisation.second_top", 4),
        ("organisation.double", 5),
        ("organisation.cycle", 6),
    ]


def test_very_many_faults_are_counted_rather_than_named() -> None:
    with pytest.raises(FileRefused) as refusal:
        tree_of("unit,parent\nstad,\n" + "".join(f"u{n},nergens\n" for n in range(200)))

    assert len(refusal.value.faults) == 51
    assert refusal.value.faults[-1].key == "file.more_faults"
    assert refusal.value.faults[-1].words == {"count": 150}


@pytest.mark.slow
def test_the_largest_tree_is_read_and_one_unit_more_is_refused(faults_of: FaultsOf) -> None:
    rows = ["unit,parent", "u0,", *(f"u{n},u{(n - 1) // 7}" for n in range(1, MOST_UNITS))]
    start = process_time()

    tree = tree_of("\n".join(rows))

    assert process_time() - start < 1
    assert len(tree) == MOST_UNITS
    more = "\n".join([*rows, "nog-een,u0"])
    assert faults_of(lambda: tree_of(more)) == [("file.too_many_rows", 0)]


@pytest.mark.slow
@pytest.mark.parametrize("content", ["unit,parent\nstad" + "," * MOST_CELLS, ";" * 100_000])
def test_a_line_of_thousands_of_cells_is_refused_before_each_is_looked_at(content: str) -> None:
    with pytest.raises(InputRefused) as refused:
        tree_of(content)
    assert refused.value.key == "file.too_many_cells"
    # The control: as many as there may be.
    assert tree_of("unit,parent\nstad" + "," * (MOST_CELLS - 1)).root == "stad"


def test_a_missing_file_is_refused(tmp_path: Path, faults_of: FaultsOf) -> None:
    assert faults_of(lambda: read_bytes(tmp_path / "none.csv")) == [("file.missing", 0)]
    assert faults_of(lambda: read_bytes(tmp_path)) == [("file.missing", 0)]


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path, faults_of: FaultsOf) -> None:
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as handle:
        handle.truncate(10**12)

    assert faults_of(lambda: read_bytes(huge)) == [("file.too_large", 0)]


SNIPPETS = st.sampled_from(
    [
        *'abc,;\t"\r\n =\0é\x81',
        "unit",
        "parent",
        "name",
        "email",
        "count",
        "sep=;",
        "a@b.nl",
        "12",
        "unit,parent\n",
        "unit;parent;name\r\n",
        "email,unit\n",
        "unit,count\n",
    ]
)
ANY_BYTES = st.one_of(
    st.binary(max_size=200),
    st.builds(
        lambda parts, encoding: "".join(parts).encode(encoding, "replace"),
        st.lists(SNIPPETS, max_size=30),
        st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"]),
    ),
)


def refusal_of(read: Callable[[], object]) -> InputRefused | None:
    """The refusal a reader gives, if it gives one; anything else is an error of ours."""
    try:
        read()
    except InputRefused as refusal:
        return refusal
    return None


@pytest.mark.slow
@given(ANY_BYTES)
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for read in (
        lambda: read_tree(content, "any.csv"),
        lambda: read_members(content, "any.csv", TREE),
        lambda: read_counts(content, "any.csv", TREE),
    ):
        refusal = refusal_of(read)
        if refusal is not None:
            faults = refusal.faults if isinstance(refusal, FileRefused) else (refusal,)
            assert faults
            for fault in faults:
                assert texts("nl")(fault.key, **fault.words).isprintable()


def test_faults_in_cells_and_faults_between_rows_are_named_together() -> None:
    content = b"unit,parent,name\nstad,,Stad\noost,stad,\noost,stad,Oost\nwest,nergens,West\n"

    with pytest.raises(FileRefused) as refusal:
        read_tree(content, "tree.csv")

    assert [fault.key for fault in refusal.value.faults] == [
        "file.blank",
        "organisation.double",
        "organisation.orphan",
    ]
