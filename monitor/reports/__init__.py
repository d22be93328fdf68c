"""This package makes the documents people hand over, as accessible PDF.

They are the reports to management and the works council, the team sheet, the poster, the agenda of
a conversation, slips with codes and the recovery sheet.
"""
