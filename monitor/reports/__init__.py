"""Papers people hand over, as accessible PDF: reports, team sheet, poster, agenda, slips."""
