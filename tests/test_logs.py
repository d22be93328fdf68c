"""The guard of the log lets our events through, and nothing about requests or people."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import textwrap

import pytest

from monitor.config.settings import ROOT
from monitor.logs import describe

CODE = "ABCDE-FGHJK-MNPQR-STVWX"


def lines_of(program: str) -> list[dict[str, object]]:
    """The lines a program logs under the guard; its stdout must stay empty."""
    source = "import logging, threading, warnings\nfrom monitor import logs\n"
    process = subprocess.run(
        [sys.executable, "-c", source + textwrap.dedent(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert CODE not in process.stderr
    assert process.stdout == ""
    return [json.loads(line) for line in process.stderr.splitlines()]


def test_an_event_of_our_own_is_one_line_of_json() -> None:
    assert lines_of("logs.guard(); logs.note('round.closed', period='2026-11', units=45)") == [
        {"level": "info", "event": "round.closed", "period": "2026-11", "units": 45}
    ]


@pytest.mark.parametrize(
    "speak",
    [
        f"logging.getLogger('uvicorn.error').warning('GET /pulse/{CODE}')",
        f"logging.getLogger('uvicorn.error').warning('GET %s', '/pulse/{CODE}')",
        f"logging.getLogger('x').error('bad', extra={{'path': '{CODE}'}}, stack_info=True)",
        f"logging.error({{'code': '{CODE}'}})",
        f"warnings.warn('{CODE}')",
        f"threading.Thread(target=lambda: int('{CODE}')).start()",
    ],
)
def test_of_anything_else_only_the_place_is_kept(speak: str) -> None:
    (line,) = lines_of(f"logs.guard()\n{speak}")
    assert {"level", "logger", "place"} <= line.keys()


def test_an_exception_keeps_its_types_and_places_and_loses_its_words() -> None:
    (line,) = lines_of(f"""
        logs.guard()
        try:
            try:
                int('{CODE}')
            except ValueError as error:
                raise KeyError('{CODE}') from error
        except KeyError:
            logging.getLogger('uvicorn.error').exception('while serving {CODE}')
    """)
    assert [error["type"] for error in line["errors"]] == [
        "builtins.KeyError",
        "builtins.ValueError",
    ]
    assert all(error["places"] for error in line["errors"])


def test_a_program_that_dies_says_where_not_what() -> None:
    (line,) = lines_of(f"logs.guard()\nraise RuntimeError('{CODE}')")
    assert line["level"] == "critical"
    assert line["errors"][0]["type"] == "builtins.RuntimeError"


def test_a_handler_set_up_before_the_guard_is_taken_away() -> None:
    assert (
        len(
            lines_of(f"""
                logger = logging.getLogger('streamlit.web')
                logger.addHandler(logging.StreamHandler())
                logger.propagate = False
                logs.guard()
                logger.warning('{CODE}')
            """)
        )
        == 1
    )


def test_a_handler_set_up_after_the_guard_gets_the_bare_line() -> None:
    (line,) = lines_of(f"""
        logs.guard()
        logger = logging.getLogger('streamlit.later')
        logger.addHandler(logging.StreamHandler())
        logger.propagate = False
        logger.warning('{CODE}')
    """)
    assert line["logger"] == "streamlit.later"


def test_a_handler_that_fails_does_not_print_the_record() -> None:
    assert (
        lines_of(f"""
            logs.guard()
            logger = logging.getLogger('other')
            logger.addHandler(logging.StreamHandler(stream=object()))
            logger.propagate = False
            logger.warning('{CODE}')
        """)
        == []
    )


def test_small_talk_of_libraries_is_not_written() -> None:
    assert lines_of("logs.guard(); logging.getLogger('uvicorn.error').info('accepted')") == []


def test_the_request_log_of_the_server_is_off() -> None:
    assert lines_of(f"logs.guard(); logging.getLogger('uvicorn.access').error('GET {CODE}')") == []


def test_the_control_without_the_guard_the_words_are_there(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logging.getLogger("uvicorn.error").warning("GET /pulse/%s", CODE)
    assert CODE in caplog.text


def test_a_group_of_exceptions_names_the_first_inside() -> None:
    group = ExceptionGroup("several", [ValueError(CODE)])
    assert [error["type"] for error in describe(group)] == [
        "builtins.ExceptionGroup",
        "builtins.ValueError",
    ]
