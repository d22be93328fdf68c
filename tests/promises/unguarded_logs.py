"""The control: the same app in a process in which the web server logs as it does by default."""

import logging

from streamlit.config import get_config_options

from monitor import logs

logs.guard = lambda: None

from app import app  # noqa: E402

get_config_options()  # read first, so that our settings no longer silence the server
for name in ("uvicorn.access", "uvicorn.error"):
    logging.getLogger(name).setLevel(logging.INFO)

__all__ = ["app"]
