"""What a rule can ask for beside its subject, one file per part of an account: a fact is a type, and knows how to come about."""

from doctor.engine.facts.concurrency import Concurrency
from doctor.engine.facts.fact import Fact
from doctor.engine.facts.imports import FailedImport, Imports
from doctor.engine.facts.invocations import Invocations
from doctor.engine.facts.metrics import Metrics
from doctor.engine.facts.traffic import Traffic
from doctor.engine.facts.triggers import Triggers

FACTS: tuple[type[Fact], ...] = (Concurrency, Imports, Invocations, Metrics, Traffic, Triggers)
"""Every fact, for ``doctor rules facts``."""

__all__ = ["FACTS", "Concurrency", "Fact", "FailedImport", "Imports", "Invocations", "Metrics", "Traffic", "Triggers"]
