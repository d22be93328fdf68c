"""``python -m tests.bench [name ...]``: run the benchmarks, print a table, write ``bench.json``.

Every ``bench_<name>.py`` here has ``main(results)``, which adds rows to ``results``.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

from tests.bench.table import Row, show

HERE = Path(__file__).parent


def main(wanted: list[str]) -> None:
    """Run the benchmarks named, or all."""
    known = sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py"))
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.exit(f"no such benchmark: {unknown[0]}; there are {', '.join(known)}")
    results: dict[str, list[Row]] = {}
    for name in wanted or known:
        rows: list[Row] = []
        import_module(f"tests.bench.bench_{name}").main(rows)
        results[name] = rows
        print(show(name, rows), flush=True)
    as_json = {name: [row.as_dict() for row in rows] for name, rows in results.items()}
    Path("bench.json").write_text(json.dumps(as_json, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
