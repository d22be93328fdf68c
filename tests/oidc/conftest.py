"""An organisation with an identity provider, and a browser on our pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
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
from tests.oidc.provider import Wanted
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


@pytest.fixture
def start(wanted: Wanted, tmp_path: Path) -> Callable[[], AbstractContextManager[None]]:
    """Starts the provider, for a second time when a test changed something about it."""

    @contextmanager
    def started() -> Iterator[None]:
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
