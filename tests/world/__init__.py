"""The small worlds by their former name."""

from doctor.testing.world import *  # noqa: F403
