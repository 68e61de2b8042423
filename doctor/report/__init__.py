"""Renderings of a report: one file per format, and the line producers that text and screen share."""
