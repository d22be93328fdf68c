"""The server: every setting verified, one clear sentence when it cannot start, no answer lost."""

from __future__ import annotations

import json
import resource
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from streamlit import config as streamlit_config

from monitor.config.settings import ROOT, Settings
from monitor.errors import InputRefused, SettingsRefused
from monitor.server import serve
from tests.fork_server import ForkServer
from tests.live import environment


def test_streamlit_knows_every_option_in_our_file() -> None:
    options = streamlit_config.get_config_options()
    assert {option for option, _ in serve.wanted_options()} <= options.keys()


def test_the_options_that_matter_most_are_in_our_file() -> None:
    wanted = dict(serve.wanted_options())
    assert wanted["client.showErrorDetails"] == "none"
    assert wanted["browser.gatherUsageStats"] is False
    assert wanted["runner.postScriptGC"] is False
    assert wanted["runner.fastReruns"] is False
    assert wanted["server.fileWatcherType"] == "none"
    assert wanted["server.enableXsrfProtection"] is True


def test_an_option_that_differs_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(serve.DASHBOARD)
    streamlit_config.get_config_options(force_reparse=True)
    serve.refuse_other_options()
    streamlit_config.set_option("client.showErrorDetails", "full")
    try:
        with pytest.raises(SettingsRefused) as refused:
            serve.refuse_other_options()
    finally:
        streamlit_config.get_config_options(force_reparse=True)
    assert refused.value.words == {"option": "client.showErrorDetails"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STREAMLIT_CLIENT_SHOW_ERROR_DETAILS", "full"),
        ("STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION", "false"),
        ("STREAMLIT_SERVER_ENABLE_CORS", "0"),
        ("STREAMLIT_BROWSER_GATHER_USAGE_STATS", ""),
    ],
)
def test_an_environment_that_weakens_an_option_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        serve.refuse_weaker_environment({name: value})
    assert refused.value.words == {"name": name}


def test_an_environment_that_agrees_or_sets_another_option_is_accepted() -> None:
    serve.refuse_weaker_environment(
        {"STREAMLIT_BROWSER_GATHER_USAGE_STATS": "False", "STREAMLIT_SERVER_PORT": "80"}
    )


def test_responses_are_sent_without_delay() -> None:
    with serve.listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_in_use_is_refused_in_words() -> None:
    with serve.listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(InputRefused) as refused:
            serve.listen("127.0.0.1", port)
    assert (refused.value.key, refused.value.words["port"]) == ("serving.port_taken", port)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.1", "a" * 70 + ".example"])
def test_an_address_of_another_machine_is_refused_in_words(host: str) -> None:
    with pytest.raises(InputRefused) as refused:
        serve.listen(host, 0)
    assert refused.value.key == "serving.host"


def test_the_cookie_secret_is_derived_from_the_secret_and_does_not_reveal_it() -> None:
    assert serve.cookie_secret(b"a" * 32) == serve.cookie_secret(b"a" * 32)
    assert serve.cookie_secret(b"a" * 32) != serve.cookie_secret(b"b" * 32)
    assert b"a" * 32 not in bytes.fromhex(serve.cookie_secret(b"a" * 32))


def test_it_logs_that_it_serves_and_that_it_stopped(
    settings: Settings, tmp_path: Path, forks: ForkServer
) -> None:
    with forks.running(settings, tmp_path) as live:
        health = httpx.get(f"{live.address}/healthz")
        assert health.json()["status"] == "ok"
        assert live.stop() == 0
        events = [json.loads(line) for line in live.log().splitlines() if line.startswith("{")]
    assert [event["event"] for event in events] == ["serving", "stopped"]


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def test_a_request_under_way_is_finished_before_the_server_stops(
    settings: Settings, tmp_path: Path, forks: ForkServer
) -> None:
    statuses: list[int] = []
    with forks.running(settings, tmp_path) as live:
        body = b"code=hallo"
        with socket.create_connection(("127.0.0.1", live.port)) as half:
            half.sendall(
                b"POST /pulse HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n"
                b"Expect: 100-continue\r\n"
                b"Content-Length: %d\r\n\r\n" % len(body)
            )
            assert half.recv(1000).startswith(b"HTTP/1.1 100 ")  # it waits for the rest
            half.sendall(body[:4])
            stopping = threading.Thread(target=lambda: statuses.append(live.stop()))
            stopping.start()
            while _listens(live.port):
                time.sleep(0.05)
            half.sendall(body[4:])
            answer = b"".join(iter(lambda: half.recv(65536), b""))
        stopping.join()
    assert answer.startswith(b"HTTP/1.1 ")
    assert b"</html>" in answer
    assert statuses == [0]


@pytest.mark.slow
def test_a_port_in_use_ends_the_command_with_one_sentence(
    settings: Settings, tmp_path: Path
) -> None:
    with serve.listen("127.0.0.1", 0) as listener:
        done = subprocess.run(
            [sys.executable, "-m", "monitor", "serve", "--port", str(listener.getsockname()[1])],
            cwd=ROOT,
            env=environment(settings, tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_the_limit_on_open_files_is_raised_as_far_as_the_machine_allows() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = min(serve.MOST_FILES, before[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(512, most), before[1]))
    try:
        serve.allow_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, before[1])
        serve.allow_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
