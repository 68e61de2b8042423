"""Run by every supported Python, from 3.9 on."""
