"""An organisation with an identity provider, and a browser on our pages."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import identity_provider
from monitor.access.sso_rules import SsoRules
from monitor.config.settings import DEFAULT_BASE_URL
from monitor.context import AppContext, current_context, use_context
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from tests.oidc import provider
from tests.oidc.provider import Shared, Wanted
from tests.plain_pages import application

PEOPLE = {
    "bea": {"email": "bea@waterrijk.example", "email_verified": True, "groups": ["beheer"]},
    "sanne": {
        "email": "Sanne@Waterrijk.example",
        "email_verified": True,
        "groups": ["leiding", "or"],
        "department": "werk",
    },
    "vreemd": {"email": "bea@waterrijk.example", "email_verified": False, "groups": ["beheer"]},
    "niemand": {"email": "niemand@waterrijk.example", "email_verified": True, "groups": []},
}
RULES = """
[[rules]]
group = "beheer"
role = "beheerder"
[[rules]]
group = "or"
role = "toezicht"
[[rules]]
group = "luister"
role = "luisteraar"
[[rules]]
group = "leiding"
role = "leidinggevende"
unit_claim = "department"
"""

Choose = Callable[[SsoRules], AppContext]


@pytest.fixture
def wanted() -> Wanted:
    """The configuration of the provider."""
    return Wanted(people={name: dict(claims) for name, claims in PEOPLE.items()})


@pytest.fixture(scope="session", autouse=True)
def authorities_are_read_once() -> Iterator[None]:
    """Let all clients have one TLS context: to read the authorities takes longer than a sign-in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """The provider on the common port."""
    provider = Shared(tmp_path_factory.mktemp("provider"))
    with provider.stack:
        yield provider


@pytest.fixture
def start(
    wanted: Wanted, shared: Shared, tmp_path: Path
) -> Callable[[], AbstractContextManager[None]]:
    """Starts the provider, for a second time when a test changed something about it.

    The one on the common port runs on afterwards; there only the people can change.
    """

    @contextmanager
    def started() -> Iterator[None]:
        if wanted.port == provider.common_port():
            shared.has(wanted)
            yield
        else:
            with provider.running(wanted, tmp_path):
                yield

    return started


@pytest.fixture
def choose(context: AppContext, wanted: Wanted) -> Choose:
    """Makes the application use the provider, with these rules."""
    tree = Tree((Unit("waterrijk", None, "Waterrijk"), Unit("werk", "waterrijk", "Werk")))
    import_tree(context.engine, tree, "test", clock.now())

    def chosen(rules: SsoRules) -> AppContext:
        settings = replace(
            context.settings,
            oidc_issuer=wanted.issuer,
            oidc_client_id=provider.CLIENT,
            oidc_client_secret=provider.CLIENT_SECRET,
            sso_rules=rules,
        )
        use_context(replace(context, settings=settings))
        return current_context()

    return chosen


@pytest.fixture
def browser(context: AppContext) -> Iterator[TestClient]:
    """A browser that keeps cookies and does not follow redirects."""
    with TestClient(application(), DEFAULT_BASE_URL, follow_redirects=False) as client:
        yield client


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Forget the provider of one test before the next."""
    yield
    identity_provider.forget()
