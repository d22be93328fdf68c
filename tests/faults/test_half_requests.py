"""A sheet that arrives half: nothing is kept of it, and the code stays good."""

from __future__ import annotations

import socket
from datetime import datetime
from pathlib import Path

import httpx
from sqlalchemy import func, select

from monitor.store.engine import reading
from monitor.store.tables import envelope
from tests.faults.conftest import Town
from tests.faults.crowd import check_every_answer_counts_once
from tests.live import running


def in_the_box(town: Town) -> int:
    with reading(town.house.engine) as connection:
        return connection.execute(select(func.count()).select_from(envelope)).scalar_one()


def test_a_line_that_breaks_while_sending_spends_no_code(
    town: Town, tmp_path: Path, now: datetime
) -> None:
    with running(town.house.settings, tmp_path) as live:
        for number, code in enumerate(town.codes[:20]):
            head = (
                f"POST /pulse/{code} HTTP/1.1\r\nHost: localhost\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(town.sheet)}\r\n\r\n"
            ).encode()
            whole = head + town.sheet
            kept = len(whole) * number // 20
            with socket.create_connection(("127.0.0.1", live.port)) as line:
                line.sendall(whole[:kept])
        alive = httpx.get(f"{live.address}/healthz").status_code
        said = live.said()

    assert alive == 200
    assert "request.failed" not in said
    assert in_the_box(town) == 0
    check_every_answer_counts_once(town, set(), now)
