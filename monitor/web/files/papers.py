"""Setting papers without holding up anybody else.

A paper takes a whole core for a second or two, in a process of its own. In the threads that read
for every page, a few dozen papers at once would keep everybody else waiting, also those who answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from monitor.errors import StoreBusy
from monitor.web.http.threads import ThreadPool

THREADS = 2
MOST_AT_ONCE = 3
"""Papers that one account may wait for, so that nobody takes the turn of others."""

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")

_pool = ThreadPool("papers", THREADS)
_under_way: Counter[str] = Counter()


async def run_paper(
    account: str, work: Callable[[*Arguments], Result], *arguments: *Arguments
) -> Result:
    """Run `work`, which sets a paper for somebody with this account, in a thread.

    Raises
    ------
    StoreBusy
        When that account waits for too many already.
    """
    if _under_way[account] >= MOST_AT_ONCE:
        raise StoreBusy("store.busy")
    _under_way[account] += 1
    try:
        return await _pool.run(work, *arguments)
    finally:
        _under_way[account] -= 1
        if not _under_way[account]:
            del _under_way[account]
