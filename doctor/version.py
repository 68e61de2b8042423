"""The version of doctor, read by the build and by ``doctor --version``."""

__version__ = "0.1.0"
