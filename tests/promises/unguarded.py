"""The control: the same pages from a process in which the server logs as it does by itself."""

import logging

from streamlit.config import get_config_options

from monitor import logs

logs.guard = lambda: None

from app import app  # noqa: E402

get_config_options()  # once read, our settings no longer quieten the server
for name in ("uvicorn.access", "uvicorn.error"):
    logging.getLogger(name).setLevel(logging.INFO)

__all__ = ["app"]
