"""The log: one line of JSON per event, and nothing a person typed, asked for or came from.

The guard replaces the factory of log records, so it holds for every library and every handler: a
record that is not a :class:`Note` of our own keeps its logger, level and place in the source,
and of an exception its type and places. Messages, arguments and exception texts are dropped,
because any of them may carry a path (that is: an invitation code), an address or an answer.
Lines carry no time: what collects the log adds it.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

ALLOWED_LEVEL = logging.WARNING
"""The lowest level at which libraries may write a line."""
CHAIN = 4
"""How many exceptions of a chain of causes are named."""
FRAMES = 12
"""How many places of one exception are named, the innermost last."""

_OURS = "monitor.notes"


@dataclass(frozen=True, slots=True)
class Note:
    """An event of our own, with facts that are harmless in a log.

    Parameters
    ----------
    event
        Its name, such as ``round.closed``.
    facts
        Settings, counts and periods. Never an address, a path, a code, an account or an answer.
    """

    event: str
    facts: Mapping[str, str | int | bool] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.event


def note(event: str, *, level: int = logging.INFO, **facts: str | int | bool) -> None:
    """Log an event of our own."""
    logging.getLogger(_OURS).log(level, Note(event, facts))


def failure(event: str, error: BaseException) -> None:
    """Log types and places of an exception and its causes, outermost first; never their texts."""
    for number, described in enumerate(describe(error)):
        places = described["places"]
        assert isinstance(places, list)
        note(
            event,
            level=logging.ERROR,
            error=str(described["type"]),
            cause=number,
            places=" ".join(places),
        )


def guard() -> None:
    """Make this process log nothing but events; every way of starting calls it, some twice."""
    logging.setLogRecordFactory(_bare_record)
    logging.raiseExceptions = False  # a failing handler would print the record it failed on
    _hand_everything_to(_line_writer())
    logging.captureWarnings(True)
    sys.excepthook = _on_uncaught
    threading.excepthook = lambda uncaught: _on_uncaught(
        uncaught.exc_type, uncaught.exc_value, uncaught.exc_traceback
    )
    sys.unraisablehook = lambda uncaught: _on_uncaught(
        uncaught.exc_type, uncaught.exc_value, uncaught.exc_traceback
    )


def _line_writer() -> logging.Handler:
    writer = logging.StreamHandler(sys.stderr)
    writer.setFormatter(logging.Formatter("%(message)s"))
    return writer


def _hand_everything_to(writer: logging.Handler) -> None:
    """Remove every logger's own handlers, so that each line is written once, by `writer`."""
    root = logging.getLogger()
    root.handlers[:] = [writer]
    root.setLevel(ALLOWED_LEVEL)
    for name in list(root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
    # Disabled, because otherwise the server still builds a line for every request.
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger(_OURS).setLevel(logging.INFO)


def _bare_record(
    name: str,
    level: int,
    fn: str,
    lno: int,
    msg: object,
    args: Any,
    exc_info: Any,
    func: str | None = None,
    sinfo: str | None = None,
    **_: Any,
) -> logging.LogRecord:
    line: dict[str, Any] = {"level": logging.getLevelName(level).lower()}
    if isinstance(msg, Note):
        line |= {"event": msg.event, **msg.facts}
    else:
        line |= {"logger": name, "place": _place(fn, lno)}
        if exc_info and exc_info[1] is not None:
            line["errors"] = describe(exc_info[1])
    return logging.LogRecord(name, level, fn, lno, json.dumps(line), (), None, func)


def describe(error: BaseException) -> list[dict[str, object]]:
    """Types and places of an exception and its causes, outermost first; never their texts."""
    described: list[dict[str, object]] = []
    cause: BaseException | None = error
    while cause is not None and len(described) < CHAIN:
        trace = list(traceback.walk_tb(cause.__traceback__))[-FRAMES:]
        described.append(
            {
                "type": f"{type(cause).__module__}.{type(cause).__qualname__}",
                "places": [_place(frame.f_code.co_filename, line) for frame, line in trace],
            }
        )
        inner = cause.exceptions[0] if isinstance(cause, BaseExceptionGroup) else None
        cause = inner or cause.__cause__ or cause.__context__
    return described


def _place(file: str, line: int) -> str:
    """The end of a file's path and the line: enough to find it, and no folder of this machine."""
    return f"{'/'.join(Path(file).parts[-3:])}:{line}"


def _on_uncaught(
    kind: type[BaseException],
    error: BaseException | None,
    _trace: TracebackType | None,
) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(_OURS).critical("uncaught", exc_info=error)
