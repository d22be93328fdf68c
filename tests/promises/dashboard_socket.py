"""The dashboard's websocket without a browser: what a browser sends, and what no browser sends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from monitor.access.sessions import COOKIE
from tests.live import Server

TIMEOUT = 30.0


def without_break_points(text: str) -> str:
    """The text as it is read: places where a line may break are no part of an address."""
    return text.replace("<wbr>", "")


@dataclass
class Screen:
    """An open page of the dashboard."""

    channel: ClientConnection
    streamlit_session: str = ""
    hashes: dict[str, str] = field(default_factory=dict)
    """The framework's name of each page, by its address."""
    fragments: list[str] = field(default_factory=list)

    def run(self, page: str = "", *, page_hash: str = "", fragment: str = "") -> str:
        """Run the script; return everything it sent, as text."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        message.rerun_script.page_name = page
        message.rerun_script.page_script_hash = page_hash
        message.rerun_script.fragment_id = fragment
        self.send(message)
        return self.read()

    def send(self, message: BackMsg) -> None:
        """Send one message."""
        self.channel.send(message.SerializeToString())

    def read(self, until: str = "script_finished") -> str:
        """Read until a message of this kind; return all messages as text."""
        messages = []
        while True:
            received = self.channel.recv(timeout=TIMEOUT)
            assert isinstance(received, bytes)
            message = ForwardMsg.FromString(received)
            messages.append(str(message))
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.streamlit_session = message.new_session.initialize.session_id
            if kind == "navigation":
                self.hashes = {
                    p.url_pathname: p.page_script_hash for p in message.navigation.app_pages
                }
            if message.delta.fragment_id:
                self.fragments.append(message.delta.fragment_id)
            if kind == until:
                return without_break_points("\n".join(messages))


@contextmanager
def screen(live: Server, session: str, taken_over: str = "") -> Iterator[Screen]:
    """Open the dashboard with a session cookie.

    Parameters
    ----------
    taken_over
        The framework's own id of a session, as a browser sends it when it reconnects.
    """
    subprotocols = ["streamlit", *(["PLACEHOLDER_AUTH_TOKEN", taken_over] if taken_over else [])]
    with connect(
        live.address.replace("http", "ws") + "/_stcore/stream",
        origin=live.address,
        additional_headers={"cookie": f"{COOKIE}={session}"},
        subprotocols=subprotocols,  # type: ignore[arg-type]
        max_size=None,
    ) as channel:
        yield Screen(channel)
