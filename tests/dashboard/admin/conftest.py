"""A beheerder who is signed in."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import pytest

from monitor.context import AppContext
from tests.dashboard.conftest import OpenPage, SignIn, import_organisation


@pytest.fixture
def manage(context: AppContext, sign_in: SignIn, open_page: OpenPage, now: datetime) -> OpenPage:
    """``manage("inrichten", stap="2")``: a page opened by the beheerder of an organisation."""
    import_organisation(context, now)
    token = cache(lambda: sign_in("beheerder"))  # a month that is sealed first can be a copy
    return lambda address, **query: open_page(token(), address, **query)
