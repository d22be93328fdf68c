"""The script Streamlit runs at every click: who is there, which pages, the chosen page."""

from monitor.context import current_context
from monitor.dashboard import navigation, page_style, visit
from monitor.dashboard.error_boundary import told
from monitor.locale import texts

context = current_context()
t = texts(visit.language(context))
with told(t):
    page_style.configure(t, context)
    navigation.run(context, visit.enter(context))
