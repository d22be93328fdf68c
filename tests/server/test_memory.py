"""Whatever ends the server, the kernel writes no image of its memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

from monitor.config.settings import ROOT

LOOK = """
import ctypes, resource
{}
print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""
"""Prints the limit, and with PR_GET_DUMPABLE whether there would be a dump."""
FORBID = "from monitor.server import memory; memory.forbid_core_dumps()"
ALLOW = "_, most = resource.getrlimit(4); resource.setrlimit(4, (most, most))"


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
def test_after_it_was_forbidden_there_is_no_dump_and_before_there_would_be() -> None:
    def look(first: str) -> str:
        command = [sys.executable, "-c", LOOK.format(first)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert look(FORBID) == "0 0"
    assert look(ALLOW).endswith(" 1")


def test_serving_begins_with_it() -> None:
    source = (ROOT / "monitor" / "server" / "serve.py").read_text("utf-8")
    start = source.partition("def serve(")[2].partition("_application()")[0]

    assert "memory.forbid_core_dumps()" in start
    assert "memory.give_back_large_pieces()" in start
