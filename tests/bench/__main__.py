"""``python -m tests.bench [name ...]``: run the benchmarks, print a table, write ``bench.json``.

Every ``bench_<name>.py`` here has ``main(rows)``, which appends what it measured. A part that needs
a tool this machine lacks is a row that says so.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from tests.bench.table import Row, show

HERE = Path(__file__).parent


def main(chosen: list[str]) -> None:
    """Run the benchmarks with these names, or all, and write the figures after each of them."""
    names = sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py"))
    unknown = [name for name in chosen if name not in names]
    if unknown:
        sys.exit(f"no such benchmark: {unknown[0]}; there are {', '.join(names)}")
    results: dict[str, list[Row]] = {}
    for name in chosen or names:
        rows: list[Row] = []
        import_module(f"tests.bench.bench_{name}").main(rows)
        results[name] = rows
        print(show(name, rows), flush=True)
        _write(results)


def _write(results: Mapping[str, Sequence[Row]]) -> None:
    as_json = {name: [row.as_dict() for row in rows] for name, rows in results.items()}
    Path("bench.json").write_text(json.dumps(as_json, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
