"""Shared libraries and executables: for which machine and interpreter they were built, and what they need."""
