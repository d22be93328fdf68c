"""The ASGI application, for ``streamlit run app.py`` and ``uvicorn app:app``."""

import streamlit as st

from monitor.server.application import PARTS

app = st.App(**PARTS)  # `streamlit run` looks for this very assignment
