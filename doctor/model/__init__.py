"""Data only: every type that rooms exchange. Imports nothing of ours but itself."""
