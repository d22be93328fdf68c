"""The script Streamlit runs at every click: who is there, which pages, the chosen page."""

from monitor import wiring
from monitor.dashboard import dress, frame, visit
from monitor.dashboard.unforeseen import told
from monitor.locale import texts

house = wiring.current()
t = texts(visit.language(house))
with told(t):
    dress.configure(t, house)
    frame.run(house, visit.enter(house))
