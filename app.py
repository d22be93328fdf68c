"""The ASGI application, nothing else: the staff pages (Starlette), then the dashboard."""

import streamlit as st

from monitor.web.http.app import exception_handlers, lifespan, middleware, routes

app = st.App(
    "monitor/dashboard/main.py",
    routes=routes,
    middleware=middleware,
    lifespan=lifespan,
    exception_handlers=exception_handlers,
)
