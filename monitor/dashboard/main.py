"""The script Streamlit runs at every click: who is there, which pages, the chosen page."""

from monitor import wiring
from monitor.dashboard import frame, visit

house = wiring.current()
frame.configure()
frame.run(house, visit.enter(house))
