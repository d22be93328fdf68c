"""A real, certified OpenID provider (npm's ``oidc-provider``), started for the tests."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2
from joserfc.jwk import RSAKey

from monitor.config.settings import DEFAULT_BASE_URL
from tests import marks, needs
from tests.ports import free_port

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json", ".npmrc", "provider.mjs")
BACK = f"{DEFAULT_BASE_URL}/aanmelden/terug"
CLIENT, OTHER_CLIENT = "teamklimaat", "roosterprogramma"
CLIENT_SECRET = "geheim-van-de-client"
INSTALL_SECONDS = 180


@cache
def common_port() -> int:
    """The port of the provider that tests share."""
    return free_port()


@dataclass
class Wanted:
    """The provider's configuration, which a test may change before starting it."""

    people: dict[str, dict[str, Any]]
    always: tuple[str, ...] = ("groups", "department", "realm_access")
    only_userinfo: bool = False
    """Whether claims are in the userinfo answer only, as the standard has it for code flow."""
    id_token_seconds: int = 300
    farewell: bool = True
    """Whether people can be sent there to sign out."""
    keys: list[dict[str, Any]] = field(default_factory=lambda: [new_key("first")])
    port: int = field(default_factory=common_port)
    """The port of the provider that tests share, unless a test needs one of its own."""

    @property
    def issuer(self) -> str:
        """The provider's address, which is its name."""
        return f"http://127.0.0.1:{self.port}"


@cache
def new_key(name: str) -> dict[str, Any]:
    """A key to sign with."""
    key = RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"}, private=True)
    return dict(key.as_dict(private=True))


@dataclass
class Shared:
    """A provider that runs until the end of the tests; its people change from test to test."""

    folder: Path
    settings: Mapping[str, Any] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)

    def has(self, wanted: Wanted) -> None:
        """Make it run with these people."""
        marks.require(marks.SERVER)
        settings = {**_configuration(wanted), "people": None}
        if not self.settings:
            self.stack.enter_context(running(wanted, self.folder))
            self.settings = settings
        assert settings == self.settings, "give it a port of its own: only people can change"
        _write(wanted, self.folder)


@contextmanager
def running(wanted: Wanted, folder: Path) -> Iterator[None]:
    """Start the provider, wait until it listens, and stop it at the end."""
    marks.require(marks.SERVER)
    program = installed()
    file = _write(wanted, folder)
    process = subprocess.Popen(
        [_node(), str(program / "provider.mjs"), str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert any(line.strip() == "ready" for line in process.stdout), "the provider stopped"
        yield
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def sign_in_there(address: str, login: str) -> str:
    """Sign in at the provider as `login`; returns the address to which it sends us back."""
    with there() as browser:
        return go(browser, address, login)


def there() -> httpx2.Client:
    """A browser that keeps the provider's cookies."""
    return httpx2.Client(timeout=20)


def go(browser: httpx2.Client, address: str, login: str | None = None) -> str:
    """Go to the provider and agree to everything; returns the address it sends us back to.

    Without a `login` nobody is there to sign in: where the provider asks who it is, this fails.
    """
    answer = browser.get(address)
    for _ in range(12):
        while answer.is_redirect:
            onward = urljoin(str(answer.url), answer.headers["location"])
            if onward.startswith(BACK):
                return onward
            answer = browser.get(onward)
        assert answer.status_code == 200, f"{urlsplit(str(answer.url)).path}: {answer.text}"
        form = re.search(r'<form[^>]* action="([^"]+)"', answer.text)
        assert form is not None
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
        if hidden.get("prompt") == "login":
            assert login is not None, "the provider asks who it is"
            hidden["login"] = login
        if "xsrf" in hidden:  # it asks whether to sign out
            hidden["logout"] = "yes"
        answer = browser.post(urljoin(str(answer.url), form[1]), data=hidden)
    raise AssertionError("the provider keeps asking")


@cache
def installed() -> Path:
    """The folder with the provider, installed once for each lock file."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        needs.lacking("node and npm, which the OpenID provider of these tests runs on, are missing")
    lock = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()
    ready = Path(tempfile.gettempdir()) / f"teamklimaat-oidc-{os.getuid()}-{lock[:16]}"
    if ready.is_dir() and ready.stat().st_uid == os.getuid():
        return ready
    draft = Path(tempfile.mkdtemp(prefix="teamklimaat-oidc-"))
    for name in FILES:
        shutil.copy(HERE / name, draft)
    installed = subprocess.run(
        [npm, "ci"], cwd=draft, capture_output=True, timeout=INSTALL_SECONDS, check=False
    )
    if installed.returncode:
        needs.lacking("npm could not install the OpenID provider of these tests")
    try:
        draft.rename(ready)
    except OSError:  # another process was first
        shutil.rmtree(draft)
    return ready


def _node() -> str:
    program = shutil.which("node")
    assert program is not None
    return program


def _write(wanted: Wanted, folder: Path) -> Path:
    """Write the provider's configuration where it reads it."""
    file = folder / "provider.json"
    file.write_text(json.dumps(_configuration(wanted)))
    return file


def _configuration(wanted: Wanted) -> Mapping[str, Any]:
    return {
        "issuer": wanted.issuer,
        "port": wanted.port,
        "clients": [
            {
                "client_id": client,
                "client_secret": CLIENT_SECRET,
                "redirect_uris": [BACK],
                "post_logout_redirect_uris": [BACK],
            }
            for client in (CLIENT, OTHER_CLIENT)
        ],
        "jwks": {"keys": wanted.keys},
        "people": wanted.people,
        "always": wanted.always,
        "only_userinfo": wanted.only_userinfo,
        "id_token_seconds": wanted.id_token_seconds,
        "farewell": wanted.farewell,
    }
