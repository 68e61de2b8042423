"""Reads, one file per part of an account; each adds what it found, and the gaps it met, to a draft."""
