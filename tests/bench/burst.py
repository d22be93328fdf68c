"""Concurrent clients that open and send the pulse, code after code."""

from __future__ import annotations

import asyncio
import resource
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.server import Server

MOST_FILES = 16_384
"""Open files to ask for: every client is a connection, and every connection an open file."""


@dataclass
class Burst:
    """Times and failures of a burst of submissions."""

    clients: int
    seconds: float = 0.0
    server_cpu: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    """Per submission that was acknowledged: GET and POST together, as the person waits."""
    failed: Counter[str] = field(default_factory=Counter)

    @property
    def acknowledged(self) -> int:
        """The number of submissions that were confirmed."""
        return len(self.milliseconds)

    def percentile(self, share: float) -> float:
        """The time within which this share of the submissions was done, in milliseconds."""
        return sorted(self.milliseconds)[int(share * (self.acknowledged - 1))]


def burst(server: Server, codes: Sequence[str], body: bytes, clients: int) -> Burst:
    """Use every code once, with `clients` clients that start together."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(MOST_FILES, most), most))
    result = Burst(clients)
    before, start = server.cpu(), time.perf_counter()
    asyncio.run(_all(result, server.port, list(codes), body))
    result.seconds, result.server_cpu = time.perf_counter() - start, server.cpu() - before
    return result


async def _all(result: Burst, port: int, waiting: list[str], body: bytes) -> None:
    async def person() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while waiting:
            code = waiting.pop()
            start = time.perf_counter()
            try:
                shown = await ask(reader, writer, f"GET /pulse/{code}", b"")
                sent = await ask(reader, writer, f"POST /pulse/{code}", body)
            except (OSError, EOFError) as error:
                result.failed[type(error).__name__] += 1
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                continue
            if (shown, sent) == (200, 200):
                result.milliseconds.append(1000 * (time.perf_counter() - start))
            else:
                result.failed[f"{shown} {sent}"] += 1
        writer.close()

    await asyncio.gather(*(person() for _ in range(result.clients)))


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: str, body: bytes
) -> int:
    """Send one request over a connection that stays open; return the status."""
    writer.write(
        f"{line} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.split("content-length: ")[1].split("\r\n")[0])
    await reader.readexactly(length)
    return int(head.split()[1])
