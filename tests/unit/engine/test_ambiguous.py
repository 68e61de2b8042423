"""What is usually taken for something else: among all rules the right one wins, and the one that it is taken for is ruled out.

The worlds are those of the rules' own cases. ``PAIRS`` are failures that a log or a metric shows, each with the look-alikes that
must say aloud that it is not theirs. Where nothing fails there is no symptom to say it of: in ``SILENT`` the look-alike only
says nothing.
"""

from importlib import import_module

import pytest

from doctor.engine.diagnose import diagnose
from doctor.engine.world import World
from doctor.shelf import shipped_rules

RULES = shipped_rules(advice=True)
SLOW = {"handler-slower-than-timeout", "too-little-cpu", "initialisation-eats-timeout"}
NETWORK = (
    "no_way_out",
    "public_subnet",
    "nat_gateway_broken",
    "security_group_blocks_egress",
    "network_acl_blocks",
    "target_security_group_blocks",
    "gateway_endpoint_not_associated",
    "endpoint_security_group_blocks",
)

PAIRS: dict[str, tuple[str, str, set[str]]] = {
    # "Task timed out", and the connection hangs: no longer timeout helps
    **{f"a connection hangs: {name}": (f"network.{name}", "", SLOW) for name in NETWORK},
    "killed for memory, then tried again until it ran out of time": (
        "memory.out_of_memory",
        "tried again, it runs out of time instead",
        {"handler-slower-than-timeout", "memory-error", "native-crash"},
    ),
    "killed for memory, in the words of the newer log style": (
        "memory.out_of_memory",
        "a megabyte short of the limit",
        {"memory-error", "native-crash"},
    ),
    "killed for memory, in the words of the older log style": (
        "memory.out_of_memory",
        "older style, a megabyte short",
        {"memory-error", "native-crash"},
    ),
    "an initialisation that is run again eats the timeout": (
        "cold_start.initialisation_eats_timeout",
        "after an environment was reset",
        {"handler-slower-than-timeout", "default-timeout", "too-little-cpu"},
    ),
    "native code that crashes while it is loaded": ("timeout.crash_while_loading", "", SLOW),
    # No module named …, and other ways not to be imported
    "a layer has it where nobody looks": (
        "packaging.layer_misplaced",
        "",
        {"dependency-missing", "handler-module-missing", "native-module-wrong-abi"},
    ),
    "a file that may not be read": ("packaging.files_not_readable", "the handler's own file", {"syntax-error"}),
    "two modules that do not fit": ("packaging.modules_do_not_fit", "", {"syntax-error"}),
    "a library of the system, not of another processor": (
        "packaging.system_library_missing",
        "",
        {"native-library-wrong-architecture", "syntax-error", "exception-while-loading"},
    ),
    "another processor's library, not one of the system": (
        "packaging.native_library_wrong_architecture",
        "the package shows for which",
        {"system-library-missing"},
    ),
    "the other module system, not a mistake in the code": (
        "packaging.module_systems_mixed",
        "import in CommonJS",
        {"syntax-error"},
    ),
    "the other module system, not an exception of the code's": (
        "packaging.module_systems_mixed",
        "exports in an ES module",
        {"exception-while-loading"},
    ),
    # Runtime.ExitError
    "a wrapper that is not there, not an exit of the code's": (
        "runtime_error.wrapper_not_found",
        "",
        {"process-exits"},
    ),
    # Exceptions that are not the code's own
    **{
        f"no exception of the code's own: {name}": (name, "", {"unhandled-exception"})
        for name in (
            "runtime_error.event_shape_mismatch",
            "runtime_error.handler_signature_wrong",
            "runtime_error.shared_memory_missing",
            "runtime_error.sdk_too_old",
            "memory.too_many_threads",
            "memory.java_heap_full",
            "throttling.service_refuses_rate",
            "throttling.key_requests_throttled",
            "runtime_error.object_key_encoded",
            "cold_start.snapshot_keeps_credentials",
        )
    },
    "an exception of the code's own: its trigger does send the field": (
        "runtime_error.event_shape_mismatch",
        "its trigger sends it: the console's test event did not",
        {"event-shape-mismatch"},
    ),
    # AccessDenied, layer by layer
    "the session, not the role": ("access_denied.session_policy_blocks_action", "", {"action-not-allowed"}),
    "the endpoint, not the role": ("access_denied.endpoint_policy_blocks_action", "", {"action-not-allowed"}),
    "another identity than the role": (
        "access_denied.static_credentials",
        "a call was made as a user",
        {"action-not-allowed"},
    ),
    "credentials from before the change": (
        "access_denied.credentials_older_than_policy",
        "",
        {"action-not-allowed"},
    ),
    "no Allow, and a boundary that lets it pass": (
        "access_denied.boundary_blocks_action",
        "the boundary allows it, the policies do not",
        {"boundary-blocks-action", "explicit-deny"},
    ),
    "a boundary, not the role's own policies": (
        "access_denied.boundary_blocks_action",
        "",
        {"action-not-allowed", "explicit-deny"},
    ),
    "a Deny, not a missing Allow": ("access_denied.explicit_deny", "", {"action-not-allowed"}),
    "the organization, not the role": ("access_denied.organization_forbids_action", "", {"action-not-allowed"}),
    "the resource's policy, not the role's": (
        "access_denied.resource_policy_blocks_action",
        "",
        {"action-not-allowed"},
    ),
    # 429
    "the function's own reservation, not the account": (
        "throttling.reserved_concurrency_exhausted",
        "",
        {"account-concurrency-exhausted"},
    ),
    "the account, not the function's reservation": (
        "throttling.account_concurrency_exhausted",
        "",
        {"reserved-concurrency-exhausted"},
    ),
    "switched off, whatever the account has": (
        "throttling.reserved_concurrency_zero",
        "",
        {"account-concurrency-exhausted"},
    ),
    "the rate of requests, not how many run at once": (
        "throttling.request_rate_exceeded",
        "of a small reservation",
        {"reserved-concurrency-exhausted", "account-concurrency-exhausted"},
    ),
    "a steep rise, not a limit": ("throttling.burst_too_steep", "", {"reserved-concurrency-exhausted"}),
    "the poller's own fault": (
        "throttling.poller_outruns_reservation",
        "",
        {"account-concurrency-exhausted", "reserved-concurrency-exhausted"},
    ),
    # "No such file or directory" for a file that exists
    "another processor's library, not a missing one": (
        "packaging.native_library_wrong_architecture",
        "",
        {"syntax-error", "exception-while-loading"},
    ),
}
OTHERS_WIN = {
    "the boundary allows it, the policies do not": "action-not-allowed",
    "its trigger sends it: the console's test event did not": "unhandled-exception",
}
"""Healthy worlds of a rule in which another one is right."""

SILENT: dict[str, tuple[str, set[str]]] = {
    # Nothing happens
    "a poller that is off": ("event_source.trigger_disabled", {"trigger-not-permitted", "function-inactive"}),
    "a bucket that tells nobody": ("event_source.bucket_does_not_notify", {"trigger-not-permitted", "trigger-disabled"}),
    "an event rule that is off": ("event_source.event_rule_disabled", {"trigger-not-permitted", "trigger-disabled"}),
    "a trigger that may not": ("access_denied.trigger_not_permitted", {"trigger-disabled", "event-rule-disabled"}),
    "an inactive function": ("state.function_inactive", {"function-failed", "trigger-not-permitted"}),
    "filters that let nothing through": ("event_source.filter_drops_all", {"trigger-disabled", "trigger-not-permitted", "bucket-does-not-notify"}),
    "a topic that was never confirmed": ("event_source.subscription_pending", {"trigger-disabled", "event-rule-disabled", "function-inactive"}),
    "a function that is switched off": ("throttling.reserved_concurrency_zero", {"trigger-disabled", "function-inactive", "function-failed"}),
    # Logs are missing
    "a level that keeps lines back": ("observability.log_level_hides_evidence", {"log-writing-denied", "log-group-missing"}),
    "lines that were dropped": ("observability.logs_dropped", {"log-writing-denied", "log-level-hides-evidence"}),
    "logs that may not be written": (
        "access_denied.log_writing_denied",
        {"log-group-missing", "log-level-hides-evidence"},
    ),
    "logs without a group": ("observability.log_group_missing", {"log-writing-denied", "log-level-hides-evidence"}),
    # Deployed, and the old code goes on
    "an update that failed": ("state.last_update_failed", {"alias-behind-latest"}),
    "an alias that was not moved": ("config.alias_behind_latest", {"last-update-failed"}),
    "an alias that leads to two versions": ("config.alias_splits_traffic", {"alias-behind-latest", "last-update-failed"}),
    # A slow start is the code's, not the VPC's
    "a slow start": ("cold_start.heavy_initialisation", {"package-large", "network-interface-not-ready", "function-inactive"}),
    # Refused without a reason
    "an object that is not there": ("access_denied.missing_object_looks_denied", {"action-not-allowed", "denial-without-reason"}),
    "a key, not the queue's policy": ("access_denied.key_keeps_data_closed", {"action-not-allowed", "resource-policy-blocks-action"}),
    "a grant of a role that was made again": ("access_denied.environment_not_decryptable", {"role-not-assumable", "action-not-allowed"}),
    # Provisioned concurrency does not help
    "callers that name no alias": ("cold_start.provisioned_concurrency_unused", {"provisioned-concurrency-spills"}),
    "more callers than environments": ("cold_start.provisioned_concurrency_spills", {"provisioned-concurrency-unused"}),
    # Messages are lost
    "a dead-letter queue at the wrong end": ("event_source.dead_letter_queue_never_used", {"failed-events-vanish"}),
    "failures that nobody listens to": ("event_source.batch_failures_ignored", {"poller-meets-errors", "poison-record"}),
    # API Gateway answers 502 or 504, and the function is well
    "an answer that is no response": ("event_source.proxy_response_malformed", {"unhandled-exception", "response-too-large", "slower-than-api-gateway"}),
    "a caller that waits no longer": ("timeout.slower_than_api_gateway", {"handler-slower-than-timeout", "response-too-large"}),
}  # fmt: skip


def told(where: str, case: str = "") -> tuple[World, str]:
    """A world of a rule's cases (the first broken one, if none is named), and the rule that is right about it."""
    cases = import_module(f"tests.cases.{where}")
    rule = where.partition(".")[2].replace("_", "-")
    every = {**cases.BROKEN, **cases.HEALTHY}
    return every[case or next(iter(cases.BROKEN))], OTHERS_WIN.get(case, rule)


@pytest.mark.parametrize("name", PAIRS)
def test_the_right_one_wins_and_its_look_alikes_are_ruled_out_aloud(name: str) -> None:
    where, case, look_alikes = PAIRS[name]
    world, wins = told(where, case)
    said = diagnose(world, RULES)
    rule_of = {finding.fingerprint: finding.rule for finding in said.findings}
    firsts = {rule_of[one.findings[0]] if one.findings else "" for one in said.explanations}

    assert firsts == {wins}
    assert look_alikes <= {one.cause for one in said.ruled_out}
    assert not look_alikes & set(rule_of.values())


@pytest.mark.parametrize("name", SILENT)
def test_where_nothing_fails_the_right_one_speaks_and_its_look_alikes_do_not(name: str) -> None:
    where, look_alikes = SILENT[name]
    world, right = told(where)
    found = {finding.rule for finding in diagnose(world, RULES).findings}

    assert right in found
    assert not look_alikes & found


def test_every_name_is_a_rules() -> None:
    names = {name for _, _, those in PAIRS.values() for name in those} | {
        n for _, those in SILENT.values() for n in those
    }

    assert names <= {rule.name for rule in RULES}
