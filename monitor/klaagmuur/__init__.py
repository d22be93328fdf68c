"""The klaagmuur ("complaint wall"): people vent, sealed, to a trusted colleague: the luisteraar.

It imports nothing of the pulse, and what stores a vent cannot open it again.
"""
