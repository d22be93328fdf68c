"""The violations that the accessibility checker axe-core finds on a page."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from tests import needs

HERE = Path(__file__).parent / "axe"
FILES = ("package.json", "package-lock.json", ".npmrc")
INSTALL_SECONDS = 120
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RUN = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
FRAMEWORK = (
    "stSidebarCollapse",
    "stSidebarHeader",
    "stExpandSidebarButton",
    "stHeader",
    "stDecoration",
)
"""Parts of the dashboard that belong to the framework; docs/ACCESSIBILITY.md lists them."""


def faults(page: Page, *, ignoring: tuple[str, ...] = ()) -> list[str]:
    """Every violation as ``rule: element``, except in the parts named in `ignoring`."""
    page.evaluate(_source())
    result = page.evaluate(RUN, list(TAGS))
    return [
        f"{rule}: {html[:200]}"
        for rule, html, target in _nodes(result["violations"])
        if not any(part in target or part in html for part in ignoring)
    ]


def _nodes(violations: list[dict[str, object]]) -> Iterator[tuple[str, str, str]]:
    for violation in violations:
        nodes = violation["nodes"]
        assert isinstance(nodes, list)
        for node in nodes:
            yield str(violation["id"]), str(node["html"]), str(node["target"])


@cache
def _source() -> str:
    return (_installed() / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def _installed() -> Path:
    """The folder with the checker, installed once for each lock file."""
    npm = shutil.which("npm")
    if npm is None:
        needs.lacking("npm, which brings the accessibility checker, is missing")
    lock = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()
    ready = Path(tempfile.gettempdir()) / f"teamklimaat-axe-{os.getuid()}-{lock[:16]}"
    if ready.is_dir() and ready.stat().st_uid == os.getuid():
        return ready
    draft = Path(tempfile.mkdtemp(prefix="teamklimaat-axe-"))
    for name in FILES:
        shutil.copy(HERE / name, draft)
    installation = subprocess.run(
        [npm, "ci"], cwd=draft, capture_output=True, timeout=INSTALL_SECONDS, check=False
    )
    if installation.returncode:
        needs.lacking("npm could not install the accessibility checker")
    try:
        draft.rename(ready)
    except OSError:  # another process was first
        shutil.rmtree(draft)
    return ready
