"""The child of the terminal UI: pipeline jobs as JSON lines."""
