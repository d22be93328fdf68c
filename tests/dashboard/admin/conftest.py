"""A beheerder who is signed in."""

from __future__ import annotations

from datetime import datetime

import pytest

from monitor.context import AppContext
from monitor.organisation.register import import_tree
from tests.dashboard.conftest import TREE, OpenPage, SignIn


@pytest.fixture
def manage(context: AppContext, sign_in: SignIn, open_page: OpenPage, now: datetime) -> OpenPage:
    """``manage("inrichten", stap="2")``: a page opened by the beheerder of an organisation."""
    import_tree(context.engine, TREE, "test", now)
    token = sign_in("beheerder")
    return lambda address, **query: open_page(token, address, **query)
