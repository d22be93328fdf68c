"""Talking to the dashboard over its websocket by hand, as a browser would and as none would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from monitor.access.sessions import COOKIE
from tests.live import Live

SECONDS = 30.0


@dataclass
class Screen:
    """An open page of the dashboard."""

    channel: ClientConnection
    streamlit_session: str = ""
    hashes: dict[str, str] = field(default_factory=dict)
    """The framework's name of each page, by its address."""
    fragments: list[str] = field(default_factory=list)

    def run(self, page: str = "", *, page_hash: str = "", fragment: str = "") -> str:
        """Let the script run; returns everything it sent, as text."""
        asked = BackMsg()
        asked.rerun_script.query_string = ""
        asked.rerun_script.page_name = page
        asked.rerun_script.page_script_hash = page_hash
        asked.rerun_script.fragment_id = fragment
        self.send(asked)
        return self.read()

    def send(self, message: BackMsg) -> None:
        """Send one message."""
        self.channel.send(message.SerializeToString())

    def read(self, until: str = "script_finished") -> str:
        """Everything that comes in until a message of that kind."""
        seen = []
        while True:
            received = self.channel.recv(timeout=SECONDS)
            assert isinstance(received, bytes)
            told = ForwardMsg.FromString(received)
            seen.append(str(told))
            kind = told.WhichOneof("type")
            if kind == "new_session":
                self.streamlit_session = told.new_session.initialize.session_id
            if kind == "navigation":
                self.hashes = {
                    p.url_pathname: p.page_script_hash for p in told.navigation.app_pages
                }
            if told.delta.fragment_id:
                self.fragments.append(told.delta.fragment_id)
            if kind == until:
                return "\n".join(seen)


@contextmanager
def screen(live: Live, session: str, taken_over: str = "") -> Iterator[Screen]:
    """Open the dashboard with a session cookie.

    Parameters
    ----------
    taken_over
        The framework's own name of a session, as a browser sends it when it connects again.
    """
    spoken = ["streamlit", *(["PLACEHOLDER_AUTH_TOKEN", taken_over] if taken_over else [])]
    with connect(
        live.address.replace("http", "ws") + "/_stcore/stream",
        origin=live.address,
        additional_headers={"cookie": f"{COOKIE}={session}"},
        subprotocols=spoken,  # type: ignore[arg-type]
        max_size=None,
    ) as channel:
        yield Screen(channel)
