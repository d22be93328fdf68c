"""What is logged: one line of JSON per event, and nothing a person asked for, typed or came from.

The guard works where a log record is born, so it holds for every library and every handler:
a record that is not a :class:`Note` of our own keeps its logger, level and place in the source,
and of an exception its type and places. Messages, arguments and exception texts are dropped,
because any of them may carry a path (that is: an invitation code), an address or an answer.
Lines carry no time of their own: what collects the log stamps them.
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
"""From which level other people's libraries may write a line at all."""
CHAIN = 4
"""How many exceptions of a chain of causes are named."""
FRAMES = 12
"""How many places of one exception are named, the innermost last."""

_OURS = "monitor.notes"


@dataclass(frozen=True, slots=True)
class Note:
    """An event of our own, with facts that are known to be harmless.

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
    """Log which exceptions, outermost first, and where; never their texts."""
    for number, found in enumerate(describe(error)):
        places = found["places"]
        assert isinstance(places, list)
        note(
            event,
            level=logging.ERROR,
            error=str(found["type"]),
            cause=number,
            places=" ".join(places),
        )


def guard() -> None:
    """From here on this process logs events only; safe to call again, by every way of starting."""
    logging.setLogRecordFactory(_bare_record)
    logging.raiseExceptions = False  # a failing handler would print the record it failed on
    _hand_everything_to(_line_writer())
    logging.captureWarnings(True)
    sys.excepthook = _on_uncaught
    threading.excepthook = lambda given: _on_uncaught(
        given.exc_type, given.exc_value, given.exc_traceback
    )
    sys.unraisablehook = lambda given: _on_uncaught(
        given.exc_type, given.exc_value, given.exc_traceback
    )


def _line_writer() -> logging.Handler:
    writer = logging.StreamHandler(sys.stderr)
    writer.setFormatter(logging.Formatter("%(message)s"))
    return writer


def _hand_everything_to(writer: logging.Handler) -> None:
    """Take every logger's own handlers away, so that each line is written once, by `writer`."""
    root = logging.getLogger()
    root.handlers[:] = [writer]
    root.setLevel(ALLOWED_LEVEL)
    for name in list(root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
    # Written by the server for every request; with no level it would still build the line.
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
    found: list[dict[str, object]] = []
    cause: BaseException | None = error
    while cause is not None and len(found) < CHAIN:
        trace = list(traceback.walk_tb(cause.__traceback__))[-FRAMES:]
        found.append(
            {
                "type": f"{type(cause).__module__}.{type(cause).__qualname__}",
                "places": [_place(frame.f_code.co_filename, line) for frame, line in trace],
            }
        )
        inner = cause.exceptions[0] if isinstance(cause, BaseExceptionGroup) else None
        cause = inner or cause.__cause__ or cause.__context__
    return found


def _place(file: str, line: int) -> str:
    """The last parts of the file's name: enough to find it, without this machine's folders."""
    return f"{'/'.join(Path(file).parts[-3:])}:{line}"


def _on_uncaught(
    kind: type[BaseException],
    error: BaseException | None,
    _trace: TracebackType | None,
) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(_OURS).critical("uncaught", exc_info=error)
