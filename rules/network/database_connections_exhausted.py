"""The database has no connections left for the function's environments.

Each environment keeps a connection pool of its own, so connections grow with concurrency: a hundred environments with pools of ten want a
thousand. A database answers the surplus with an error, at once: the network is open.

Covers: net-db-too-many-connections
Fix: a pool of one in each environment, RDS Proxy in front of the database, or a bound on the function's concurrency.
See: https://docs.aws.amazon.com/lambda/latest/dg/services-rds.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    HOSTS,
    Applicability,
    Confidence,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    cite_log,
    found_in,
    in_line,
    rule,
    shown,
    times,
)

WORDS = HOSTS["database"]


@rule(Severity.HIGH)
def database_connections_exhausted(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.matching(WORDS.words, *WORDS.marks)
    if not met:
        return
    last = met[-1]
    text = found_in(last, WORDS.words).string
    environments = len({one.log_stream for one in invocations.all})
    pools = (
        f"{environments} environments were seen, each with its own pool"
        if environments > 1
        else "one environment was seen"
    )
    yield Problem(
        message=f"the database had no connection left {times(met)}; {pools}",
        evidence=(cite_log(function, "errorMessage", in_line(text), last.at),),
        fixes=(
            Fix(
                title="keep one connection in each environment, or put RDS Proxy in front of the database",
                applicability=Applicability.MANUAL,
                note="reserved concurrency bounds how many environments there can be, and refuses what goes beyond",
            ),
        ),
        confidence=Confidence.CERTAIN,
        explains=shown(met),
    )
