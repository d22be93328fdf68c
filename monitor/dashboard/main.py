"""The script Streamlit runs at every click: who is there, which pages, the chosen page."""

from monitor import wiring
from monitor.dashboard import frame, visit
from monitor.locale import texts

house = wiring.current()
frame.configure(texts(visit.language(house)))
frame.run(house, visit.enter(house))
