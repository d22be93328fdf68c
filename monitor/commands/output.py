"""What commands print and the files they write."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import IO

import click

from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.inputs.csv_text import Rows, defused, write_csv
from monitor.locale import Phrase, texts

WriteFile = Callable[[Path, Sequence[str], Rows], None]
"""Writes a table to a file."""


def say(context: AppContext, key: str, *, err: bool = False, **words: object) -> None:
    """Print the sentence named `key`, in the language of the installation."""
    click.echo(texts(context.settings.language)(key, **words), err=err)


def say_notes(context: AppContext, notes: Iterable[Phrase]) -> None:
    """Print the remarks about how a file was read, apart from what came of it."""
    for note in notes:
        say(context, note.key, err=True, **note.words)


@contextmanager
def private_file(
    out: Path, exists: InputRefused, unwritable: InputRefused
) -> Iterator[Callable[[bytes], None]]:
    """A new file that only its owner may read; it is removed when the block fails.

    Yields a function that writes to the file and waits until the disk has it.

    Raises
    ------
    InputRefused
        `exists` when there is a file of that name, `unwritable` when it cannot be written.
    """
    if out.exists():
        raise exists
    try:
        out.touch(mode=0o600, exist_ok=False)
        handle = out.open("r+b")
    except OSError:
        raise unwritable from None

    def write(content: bytes) -> None:
        try:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        except OSError:
            raise unwritable from None

    with handle:
        try:
            yield write
        except BaseException:
            out.unlink(missing_ok=True)
            raise


def write_table(out: Path, columns: Sequence[str], rows: Rows, workbook: WriteFile) -> None:
    """Write a table to `out`, as CSV, XLSX or JSON by its name; all of it or nothing.

    `workbook` writes the XLSX.

    Raises
    ------
    InputRefused
        When the name ends in something else, or the file cannot be written.
    """
    write = {".csv": _csv, ".xlsx": workbook, ".json": _json}.get(out.suffix.lower())
    if write is None:
        raise InputRefused("export.kind", file=out.name)
    with replacing(out) as draft:
        write(draft, columns, rows)


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A file to write to, which replaces `out` once it is complete.

    Raises
    ------
    InputRefused
        When it cannot be written.
    """
    draft = out.with_name(f".{out.name}.part")
    try:
        yield draft
        draft.replace(out)
    except OSError:
        raise InputRefused("export.unwritable", file=str(out)) from None
    finally:
        draft.unlink(missing_ok=True)


def write_rows(handle: IO[str], columns: Sequence[str], rows: Rows) -> None:
    """Write CSV with a heading, for a spreadsheet: no cell of it is run as a formula."""
    write_csv(handle, columns, ([defused(cell) for cell in row] for row in rows))


def csv_bytes(columns: Sequence[str], rows: Rows) -> bytes:
    """The CSV that `write_rows` writes, in UTF-8."""
    page = StringIO(newline="")
    write_rows(page, columns, rows)
    return page.getvalue().encode()


def _csv(draft: Path, columns: Sequence[str], rows: Rows) -> None:
    with draft.open("w", encoding="utf-8", newline="") as handle:
        write_rows(handle, columns, rows)


def _json(draft: Path, columns: Sequence[str], rows: Rows) -> None:
    """Write a list of objects, one a line; JSON is not run, so its text is left as it is."""
    with draft.open("w", encoding="utf-8") as handle:
        opening = "[\n"
        for row in rows:
            record = dict(zip(columns, row, strict=True))
            handle.write(opening + json.dumps(record, ensure_ascii=False))
            opening = ",\n"
        handle.write("[]\n" if opening == "[\n" else "\n]\n")
