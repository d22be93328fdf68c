"""This package turns sealed months into what people read about the climate.

It works out scores with intervals, control charts, signals and verdicts, assembles the complete
release from them, and imports earlier surveys.
"""
