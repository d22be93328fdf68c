"""The klaagmuur: vents, sealed to the trusted colleague (the luisteraar) they are written to.

It imports nothing of the pulse, and what stores a vent cannot open it again.
"""
