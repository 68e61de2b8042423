"""The terminal UI: one process that draws and listens; what blocks or computes runs in worker processes."""
