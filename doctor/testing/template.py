"""What `doctor rules new` writes, for an author to fill in."""

RULE = '''"""Say in one sentence what is wrong.

Say how it comes about, how it shows, and what looks like it but is not it.

Covers: the-entry-of-the-catalogue
Fix: what mends it, and why that is safe.
See: https://docs.aws.amazon.com/lambda/latest/dg/
"""

from collections.abc import Iterator

from doctor.rules_api import Function, Problem, Severity, cite, rule


@rule(Severity.MEDIUM)
def {name}(function: Function) -> Iterator[Problem]:
    if function.timeout > 900:
        yield Problem(message="what was seen, and what is needed", evidence=(cite(function, "timeout"),))
'''
CASES = '''"""Small worlds in which the rule must speak, and in which it must not."""

from doctor.testing.world import function, world

BROKEN = {{"what is wrong": world(function(timeout=901))}}
HEALTHY = {{"what looks like it": world(function(timeout=900))}}
'''

SENTENCE = "Say in one sentence what is wrong."
COVERS = "the-entry-of-the-catalogue"
MESSAGE = "what was seen, and what is needed"
"""What of it nobody may leave as it is."""
