"""Closing a round: counting its envelopes, sealing the counts, and storing what is sealed."""
