"""Which tests of the local Lambda are not for every tier, and why: all others run on each."""

import sys

OTHER_PATHS = "without mounts a handler sees other paths than Lambda's"
NO_NAMESPACE = "there is no namespace to hide this machine in"
ONLY_NAMESPACES = {
    "test_a_handler_that_trusts_its_own_certificates_only_is_not_answered": OTHER_PATHS,
    "test_only_tmp_can_be_written": "refused with EACCES instead of EROFS: test_outside.py",
    "test_the_users_own_files_are_not_there": "refused instead of hidden: test_outside.py",
    "test_a_handler_finds_what_lambda_gives_it": "the user is this machine's, and so is the working directory",
    "test_an_initialisation_that_is_too_slow_is_tried_again_in_the_invocation": "its code names /tmp",
    "test_a_timeout_leaves_tmp_and_takes_the_globals": "its code names /tmp",
    "test_tmp_has_its_size_and_no_more": "TMPDIR has no size of its own",
    "test_a_handler_that_connects_to_every_port_of_its_own_breaks_nothing": "the handler has no address of its own",
    "test_without_a_wire_there_is_no_network_at_all_and_that_is_said": "there is no wire",
    "test_a_machine_that_refuses_namespaces_gets_no_run": "it is about namespaces",
    "test_both_dimensions_say_by_what_they_were_enforced": "test_outside.py says what these are enforced by",
    "test_every_dimension_says_by_what_it_was_enforced": "test_outside.py says what these are enforced by",
    "test_the_handlers_processes_have_a_table_of_their_own": NO_NAMESPACE,
    "test_no_capability_is_left": "nothing is taken from the user but new privileges",
    "test_the_machine_has_another_name": NO_NAMESPACE,
}
_PROGRAM = "hooks let no program be started"
_COMPILED = "hooks hold no bootstrap, extension or wrapper: such a function is refused"
NOT_BY_HOOKS = {
    "test_layers_are_merged_and_the_package_wins": _PROGRAM,
    "test_no_file_of_doctors_is_inherited": _COMPILED,
    "test_nothing_is_left_when_the_watcher_turns_away": _PROGRAM,
    "test_nothing_is_left_when_doctor_is_killed": _PROGRAM,
    "test_a_timeout_is_kept_while_nobody_takes_the_events": _PROGRAM,
    "test_a_child_over_the_limit_is_killed_and_the_handler_lives": _PROGRAM,
}
_FORK = "where the system gives orphans to nobody, hooks let no process fork"
_LINUX = "it is about Linux, or looks at its /proc"
NOT_ON_MACOS = {
    "test_unicode_is_escaped_before_python_3_12_and_not_after": "it is about AWS's client, which has no build there",
    "test_memory_under_the_limit_is_used_in_peace": "ps is asked too rarely to see so short a peak, as is said",
    "test_forks_that_share_their_memory_are_counted_once": _FORK,
    "test_a_small_function_gets_its_share_of_a_processor": "the processor is not held there, as is said",
    "test_nothing_is_left_of_a_gate": _LINUX,
    "test_nothing_is_left_after_a_run": _LINUX,
    "test_a_machine_without_namespaces_runs_it_held_by_the_next_tier_and_says_so": _LINUX,
}
WHOLE_FILES_NOT_ON_MACOS = {"test_launchers.py": _LINUX, "test_macos.py": _LINUX, "test_seccomp.py": _LINUX}
WHOLE_FILES_NOT_BY_HOOKS = {"test_extensions.py": _COMPILED, "test_provided.py": _COMPILED}


def why_not(tier: str, file: str, name: str) -> str:
    """Why a test does not run on a tier; empty: it does."""
    if tier in ("", "namespaces"):
        return ""
    why = ONLY_NAMESPACES.get(name, "")
    if sys.platform == "darwin":
        why = why or NOT_ON_MACOS.get(name, "") or WHOLE_FILES_NOT_ON_MACOS.get(file, "")
    if tier == "hooks":
        why = why or NOT_BY_HOOKS.get(name, "") or WHOLE_FILES_NOT_BY_HOOKS.get(file, "")
    return why
