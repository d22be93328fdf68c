"""Long work that a page shows the progress of: in this process, for the session that began it.

The page loads itself anew every other second until the work is done; no script is needed. Whoever
is sent to another process meanwhile finds nothing there and begins again.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from monitor.errors import Refusal

Report = Callable[[int, int], None]
Work = Callable[[Report], Any]
"""What is done, given whom to tell of its progress; what it returns is the result."""
Run = Callable[[Work, Report], Awaitable[Any]]
"""Runs work in a thread of some pool."""
KEPT_SECONDS = 15 * 60.0
"""How long a result can be asked for."""
MOST = 8
"""Jobs of all sessions together."""


@dataclass(slots=True)
class Job:
    """Work under way, or done."""

    session: str = field(repr=False)
    kind: str
    done: int = 0
    steps: int = 0
    result: Any = None
    refusal: Refusal | None = None
    failed: bool = False
    is_over: bool = False

    def report(self, done: int, steps: int) -> None:
        """Note how far the work is; called in the thread that does it."""
        self.done, self.steps = done, steps


@dataclass(slots=True)
class Jobs:
    """The jobs of this process."""

    forget: Callable[[Any], None] = lambda _result: None
    """Called with a result that can be asked for no longer."""
    most: int = MOST
    most_kept: int = MOST
    """Results of one session; the oldest makes room for another."""
    kept_seconds: float = KEPT_SECONDS
    _jobs: dict[str, Job] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def start(
        self, session: str, kind: str, work: Work, run: Run = asyncio.to_thread
    ) -> str | None:
        """Begin the work, unless this session has such work under way; returns the job's name.

        `run` runs it in a thread. None when there are too many.
        """
        for name, job in self._jobs.items():
            if (job.session, job.kind, job.is_over) == (session, kind, False):
                return name
        finished = [
            name for name, job in self._jobs.items() if job.session == session and job.is_over
        ]
        for oldest in finished[: max(0, len(finished) + 1 - self.most_kept)]:
            self._forget(oldest)
        if len(self._jobs) >= self.most:
            return None
        name, job = secrets.token_urlsafe(12), Job(session, kind)
        self._jobs[name] = job
        task = asyncio.create_task(self._run(name, job, work, run))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return name

    def find(self, session: str, kind: str, name: str) -> Job | None:
        """The job of that name, for the session that began it."""
        job = self._jobs.get(name)
        return job if job and (job.session, job.kind) == (session, kind) else None

    async def _run(self, name: str, job: Job, work: Work, run: Run) -> None:
        try:
            job.result = await run(work, job.report)
        except Refusal as refusal:
            job.refusal = refusal
        except Exception:
            job.failed = True
            raise
        finally:
            job.is_over = True
            asyncio.get_running_loop().call_later(self.kept_seconds, self._forget, name)

    def _forget(self, name: str) -> None:
        job = self._jobs.pop(name, None)
        if job is not None and job.result is not None:
            self.forget(job.result)
