"""Seventy-six things that Lambda does, and the tests that show the local one doing them: none is without one."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
BEHAVIOURS: dict[str, tuple[str, ...]] = {
    "an answer comes back, START, END and REPORT in order": (
        "python::an_answer_comes_back_and_the_platform_writes_its_lines_in_order",
    ),
    "None is null": ("python::a_handler_finds_what_lambda_gives_it",),
    "an exception is answered, and the environment kept": (
        "python::an_exception_is_the_handlers_own",
        "lifecycle::an_exception_keeps_the_environment",
    ),
    "a traceback is one log event": ("python::a_traceback_is_one_log_event_indented_by_no_break_spaces",),
    "exit 0 in the handler": ("python::a_process_that_ends_is_no_answer",),
    "exit 0 at import": ("python::ending_while_loading_is_an_exit_once_per_phase",),
    "exit N": ("python::a_process_that_ends_is_no_answer",),
    "segmentation fault": ("python::a_process_that_ends_is_no_answer",),
    "abort": ("python::a_process_that_ends_is_no_answer",),
    "killed by itself is no lack of memory": ("python::a_process_that_ends_is_no_answer",),
    "killed for memory": ("limits::memory_over_the_limit_is_a_kill_that_nothing_catches",),
    "a kill for memory is not caught": ("limits::memory_over_the_limit_is_a_kill_that_nothing_catches",),
    "a blip over the limit is a kill": ("limits::memory_over_the_limit_is_a_kill_that_nothing_catches",),
    "a child over the limit is killed alone": ("limits::a_child_over_the_limit_is_killed_and_the_handler_lives",),
    "Node.js out of memory": ("node::neither_buffers_nor_objects_outgrow_the_memory",),
    "under the limit": ("limits::memory_under_the_limit_is_used_in_peace",),
    "a timeout": ("limits::a_timeout_of_one_second_takes_one_second",),
    "a timeout is not caught": ("limits::no_handler_outlives_its_timeout",),
    "a timeout in the old style": ("limits::the_old_style_says_a_timeout_on_a_line_of_its_own",),
    "temporary files after a timeout": ("limits::a_timeout_leaves_tmp_and_takes_the_globals",),
    "initialisation inside the invocation": (
        "lifecycle::an_exit_is_followed_by_an_initialisation_inside_the_invocation",
    ),
    "the limit of initialisation": ("limits::an_initialisation_that_is_too_slow_is_tried_again_in_the_invocation",),
    "the limit of initialisation with a short timeout": (
        "limits::the_second_initialisation_has_the_functions_timeout",
    ),
    "the limit of initialisation ahead of invocations": (
        "snap_start::initialising_for_a_snapshot_may_take_longer",
        "snap_start::provisioned_concurrency_may_take_as_long",
    ),
    "a module that is missing": ("python::code_that_cannot_be_loaded_is_loaded_twice_and_said_so",),
    "a handler that is missing": ("python::code_that_cannot_be_loaded_is_loaded_twice_and_said_so",),
    "a handler's name that is none": ("python::code_that_cannot_be_loaded_is_loaded_twice_and_said_so",),
    "a syntax error": (
        "python::code_that_cannot_be_loaded_is_loaded_twice_and_said_so",
        "python::a_syntax_error_shows_its_place",
    ),
    "a built-in module's name": ("python::code_that_cannot_be_loaded_is_loaded_twice_and_said_so",),
    "an exception at import": ("python::an_exception_at_import_shows_importlib_first",),
    "a handler in a folder": ("python::a_handler_in_a_folder_is_found",),
    "an answer that is no JSON": ("python::an_answer_that_is_no_json_is_an_error",),
    "Decimal, NaN and unicode": (
        "python::a_handler_finds_what_lambda_gives_it",
        "python::not_a_number_is_written_as_lambda_writes_it",
        "python::unicode_is_escaped_before_python_3_12_and_not_after",
    ),
    "bytes are answered raw": ("lifecycle::bytes_are_answered_as_they_are",),
    "6 MiB and 100 bytes": (
        "python::an_answer_may_be_as_large_as_the_limit_and_no_larger",
        "python::the_real_limit_of_an_answer_is_6_mib_and_100_bytes",
        "lifecycle::an_answer_that_was_too_large_ends_the_process",
    ),
    "another request's id": ("runtime_api::only_the_current_event_can_be_answered",),
    "a second answer": ("runtime_api::an_event_is_answered_once",),
    "next before the answer": ("runtime_api::the_next_event_comes_after_the_answer",),
    "init/error after initialisation": ("runtime_api::an_error_of_initialisation_comes_before_the_first_event",),
    "the type of an error": ("runtime_api::only_types_of_the_platforms_form_are_counted_as_they_are",),
    "an unknown response mode": ("runtime_api::an_unknown_response_mode_is_refused",),
    "streaming": ("node::a_streamed_answer_has_its_prelude",),
    "an error in the middle of a stream": ("node::an_error_after_the_first_byte_leaves_a_broken_answer",),
    "headers of next": ("provided::a_bootstrap_gets_the_event_and_its_headers",),
    "remaining time": ("limits::what_is_left_of_the_time_is_told",),
    "client context": ("provided::a_callers_context_reaches_the_handler",),
    "types of the context": ("python::a_handler_finds_what_lambda_gives_it",),
    "the environment": ("isolation::the_environment_is_lambdas",),
    "a variable with an equals sign": ("isolation::the_environment_is_lambdas",),
    "a trace id for each invocation": ("lifecycle::each_invocation_has_its_own_ids",),
    "read-only": ("isolation::only_tmp_can_be_written",),
    "the size of /tmp": ("limits::tmp_has_its_size_and_no_more",),
    "limits of the process": ("python::a_handler_finds_what_lambda_gives_it",),
    "too many open files": ("limits::the_1025th_file_does_not_open",),
    "frozen between invocations": ("lifecycle::nothing_moves_between_invocations",),
    "an extension's life": (
        "extensions::an_extension_registers_is_invoked_and_is_told_of_the_end",
        "extensions::an_extension_that_does_not_end_is_killed",
    ),
    "an extension that ends": (
        "extensions::an_extension_that_fails_at_first_is_fatal",
        "extensions::an_extension_that_fails_later_is_in_the_report",
    ),
    "an extension's own error goes before its end": ("extensions::an_extension_that_fails_at_first_is_fatal",),
    "eleven extensions": ("extensions::the_eleventh_extension_is_one_too_many",),
    "a slow extension": ("extensions::an_invocation_lasts_until_the_slowest_extension_is_ready",),
    "a bootstrap of one's own": (
        "provided::a_bootstrap_gets_the_event_and_its_headers",
        "provided::a_bootstrap_that_cannot_start_is_an_invalid_entrypoint",
    ),
    "the first bootstrap found": ("provided::the_packages_bootstrap_goes_before_a_layers",),
    "a wrapper that is not there": ("provided::a_wrapper_script_that_is_not_there_is_status_127",),
    "layers": ("isolation::layers_are_merged_and_the_package_wins",),
    "SnapStart's hooks": (
        "snap_start::hooks_run_in_their_order_around_the_snapshot",
        "snap_start::a_hook_that_fails_is_said_where_it_failed",
    ),
    "JSON logs": ("json_logs::a_record_has_lambdas_keys", "json_logs::the_platform_writes_its_telemetry_objects"),
    "a VPC without a way out hangs": ("gate::a_service_that_cannot_be_reached_resolves_and_hangs",),
    "a security group by port": ("gate::a_security_group_lets_one_port_of_a_host_through",),
    "a name that nobody has": ("gate::an_unknown_private_name_does_not_resolve_and_that_is_an_assumption",),
    "a port on which nobody listens": ("gate::a_port_on_which_nothing_listens_is_refused",),
    "access denied": ("gate::a_denied_call_raises_the_sdks_own_error_with_awss_words",),
    "an old SDK": ("gate::an_sdk_that_heeds_no_endpoint_variable_is_caught_all_the_same",),
    "the share of a processor": ("limits::a_small_function_gets_its_share_of_a_processor",),
    "nothing is left": (
        "lifecycle::nothing_is_left_after_a_run",
        "lifecycle::nothing_is_left_when_doctor_is_killed",
        "gate::nothing_is_left_of_a_gate",
    ),
    "environments beside each other": ("lifecycle::environments_run_beside_each_other",),
    "an asynchronous event": ("gate::who_invokes_asynchronously_gets_an_empty_answer",),
}


def test_there_are_76() -> None:
    assert len(BEHAVIOURS) == 76


@pytest.mark.parametrize("what", BEHAVIOURS)
def test_each_has_a_test(what: str) -> None:
    for named in BEHAVIOURS[what]:
        file, _, name = named.partition("::")
        text = (HERE / f"test_{file}.py").read_text(encoding="utf-8")
        assert re.search(rf"^def test_{name}\(", text, re.MULTILINE), named
