"""The log level keeps what a diagnosis needs out of the log.

With logs in JSON, `SystemLogLevel` `WARN` drops the start and report records of invocations that succeed: no durations, no memory figures, no cold starts.
`ApplicationLogLevel` `ERROR` or `FATAL` drops what the code says before it fails. Cheaper logs may be worth it; this is advice. With logs as text neither
level has an effect.

Covers: obs-log-level-filters
Fix: level `INFO` for both. Safe: it only adds lines, and their cost.
See: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
"""

from collections.abc import Iterator

from doctor.rules_api import Fix, Function, Problem, Severity, cite, lambda_, rule


@rule(Severity.INFO, advice=True)
def log_level_hides_evidence(function: Function) -> Iterator[Problem]:
    config = function.logging_config
    if config.log_format != "JSON":
        return
    hidden = [
        *(["durations and memory figures"] if config.system_log_level == "WARN" else []),
        *(["what the code says before it fails"] if config.application_log_level in ("ERROR", "FATAL") else []),
    ]
    if hidden:
        yield Problem(
            message=f"its log levels (system {config.system_log_level}, application {config.application_log_level}) drop {' and '.join(hidden)}",
            evidence=(
                cite(function, "logging_config.system_log_level"),
                cite(function, "logging_config.application_log_level"),
            ),
            fixes=(Fix(title="log at INFO", steps=(lambda_.set_log_level(function, "INFO"),), cost="more log lines"),),
        )
