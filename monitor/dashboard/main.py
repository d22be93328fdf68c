"""The script Streamlit runs at every click: finds out who is signed in and draws one page."""

from monitor.context import current_context
from monitor.dashboard import navigation, page_style, uninterrupted, visit
from monitor.dashboard.error_boundary import error_boundary
from monitor.locale import texts

with uninterrupted.until_the_end():
    context = current_context()
    t = texts(visit.language(context))
    with error_boundary(t):
        page_style.configure(t, context)
        navigation.run(context, visit.current_visit(context))
