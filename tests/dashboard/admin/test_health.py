"""The page that says whether the installation is sound."""

from __future__ import annotations

from monitor.context import AppContext
from monitor.locale import texts
from tests.dashboard.conftest import OpenPage
from tests.dashboard.pages import written

T = texts("nl")


def test_health_says_what_doctor_says(manage: OpenPage, context: AppContext) -> None:
    assert T("health.well") in written(manage("gezondheid"))
    context.settings.secret_file.chmod(0o644)

    page = manage("gezondheid")

    assert str(context.settings.secret_file.name) in page.warning[0].value.replace("\\", "")
