"""Opening a downloaded backup, on a machine where the private key may be."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import InputRefused
from monitor.inputs.secret_files import read_secret_line
from monitor.store import sealed_file


@contextmanager
def readable(file: Path, key_file: Path | None) -> Iterator[Path]:
    """The backup itself: `file`, or what is sealed in it for as long as the block lasts.

    Raises
    ------
    InputRefused
        When a sealed file comes without its key, or the key does not open it.
    """
    if not sealed_file.is_sealed(file):
        yield file
        return
    if key_file is None:
        raise InputRefused("backup.key_needed", file=file)
    with tempfile.TemporaryDirectory(prefix="teamklimaat-") as folder:
        plain = Path(folder) / "backup.db"
        with file.open("rb") as source, plain.open("xb") as target:
            sealed_file.unseal(source, target, read_secret_line(key_file))
        yield plain
