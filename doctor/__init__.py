"""doctor diagnoses AWS Lambda functions, proves a cause and its fix locally, and only then applies it.

The names that a rule's author needs (``doctor.rules_api``) can be imported from here too; importing ``doctor`` itself
loads nothing.
"""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    # Dunders and lower-case submodule names are probed by the import system: they must not cost an import.
    if name.startswith("_") or (
        name.islower() and name not in ("cite", "cite_log", "cite_metric", "lambda_", "rule", "said", "sqs")
    ):
        raise AttributeError(name)
    try:
        return getattr(import_module("doctor.rules_api"), name)
    except AttributeError:
        raise AttributeError(f"module 'doctor' has no attribute '{name}'") from None
