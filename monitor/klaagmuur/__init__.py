"""The klaagmuur: say it once, sealed to the one trusted colleague you write to.

Nothing here knows the pulse, and nothing that writes the store can read a vent back.
"""
