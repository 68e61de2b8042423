"""A broker does not take the poller's credentials, or Lambda calls the mapping's configuration invalid.

Pollers of Kafka and Amazon MQ sign in with what the mapping names: a secret, a certificate, the function's role. A wrong one, a topic that the user may not
read, or a configuration that cannot work stops the poller, and Lambda says so in `StateTransitionReason` or `LastProcessingResult`. That the brokers are not
reached at all is another matter.

Covers: esm-config-invalid, esm-kafka-auth
Fix: by Lambda's words: correct the secret or certificate, let the user or role read the topic and its group, then enable the poller.
See: https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-troubleshoot.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    EventSourceMapping,
    Fix,
    Function,
    Pollers,
    Problem,
    Severity,
    cite,
    rule,
)

WAYS_OUT = {
    "ESM_CONFIG_NOT_VALID": "correct the mapping's configuration",
    "EVENT_SOURCE_AUTHN_ERROR": "correct the secret or certificate that the mapping names",
    "EVENT_SOURCE_AUTHZ_ERROR": "let the user or role read the topic and its group",
    "FUNCTION_CONFIG_NOT_VALID": "correct the function's configuration, such as a timeout above 14 minutes",
    "SASL authentication failed": "correct the user name and password in the secret",
    "Cluster failed to authorize Lambda": "let the user or role read the topic and its group",
    "Server failed to authenticate Lambda": "correct the client certificate in the secret",
    "Lambda failed to authenticate server": "give the mapping the root certificate of the brokers",
    "Provided certificate or private key is invalid": "put a valid certificate and key into the secret",
}
"""What Lambda says, and the way out."""


@rule(Severity.HIGH)
def source_refuses_poller(function: Function, pollers: Pollers) -> Iterator[Problem]:  # noqa: ARG001 -- the function is the grain
    for mapping in pollers.those:
        for field in ("state_transition_reason", "last_processing_result"):
            words = next((words for words in WAYS_OUT if words in getattr(mapping, field)), "")
            if words:
                yield _problem(mapping, field, words)
                break


def _problem(mapping: EventSourceMapping, field: str, words: str) -> Problem:
    source = mapping.event_source_arn or "its brokers"
    return Problem(
        message=f"nothing of {source} reaches the function: {getattr(mapping, field)}",
        evidence=(cite(mapping, field), cite(mapping, "state")),
        fixes=(Fix(title=WAYS_OUT[words], applicability=Applicability.MANUAL),),
        subject=mapping.arn,
    )
