"""CommonJS and ES modules are mixed in a Node.js package.

Node.js takes a file for an ES module when it ends in `.mjs`, or in `.js` below a `package.json` with `"type": "module"`; otherwise for CommonJS. `import`
in a CommonJS file, and `require` or `exports` in an ES module, end the loading. The code itself may be valid.

Covers: node-syntax-or-esm-mix
Fix: name the file for what it is (`.mjs`, `.cjs`), or say the type in package.json; the bundler's output format decides too.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    TELLING,
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    failed_by_words,
    found_in,
    rule,
)

WORDS = TELLING["module systems"]
WAY_OUT = Fix(
    title="name the file for its module system, or say the type in package.json",
    applicability=Applicability.MANUAL,
    note=".mjs or type module for import and export; .cjs or no type for require and exports",
)


@rule(Severity.HIGH)
def module_systems_mixed(function: Function, invocations: Invocations) -> Iterator[Problem]:
    if not (function.runtime or "").startswith(WORDS.runtimes):
        return
    met = invocations.matching(WORDS.words, *WORDS.marks)
    if met:
        found = found_in(met[-1], WORDS.words)
        yield failed_by_words(
            function, met, found, f"{found[0]}: the file is written for the other module system", WAY_OUT
        )
