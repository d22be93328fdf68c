"""What the application is made of: the plain pages first, then the dashboard."""

from __future__ import annotations

from typing import Any

from monitor.config.folders import PACKAGE
from monitor.web.http.app import exception_handlers, lifespan, middleware

PARTS: dict[str, Any] = {
    "script_path": PACKAGE / "dashboard" / "main.py",
    "middleware": middleware,
    "lifespan": lifespan,
    "exception_handlers": exception_handlers,
}
"""The arguments of :class:`streamlit.App`."""
