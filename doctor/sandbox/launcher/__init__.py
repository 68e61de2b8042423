"""Runs in a process of its own, as the first one of new namespaces: builds what a handler sees, and starts, watches and ends it.

It imports the standard library only, so that ``python -I -S`` starts it in a few milliseconds.
"""
