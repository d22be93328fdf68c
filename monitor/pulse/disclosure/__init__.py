"""Statistical disclosure control: which figures may be released, of whom, and with which notes."""
