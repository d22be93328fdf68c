"""The ASGI application, nothing else: the dashboard (Streamlit) with the staff pages (Starlette) before it."""

import streamlit as st

from monitor.staff.door import exception_handlers, lifespan, middleware, routes

app = st.App(
    "monitor/dashboard/main.py",
    routes=routes,
    middleware=middleware,
    lifespan=lifespan,
    exception_handlers=exception_handlers,
)
