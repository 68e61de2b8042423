"""What AWS Lambda does and moto does not."""

import json
from typing import Any

from tests.unit.aws.embedded.probe import Account, Cases, package

LAMBDA = Cases()
case = LAMBDA.case
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
PERMISSION = {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}


@case("function configuration", expected=True)
def every_change_makes_a_new_revision(account: Account) -> Any:
    first = account.function()["RevisionId"]
    second = account.lambda_("update_function_configuration", Timeout=9)["RevisionId"]
    third = account.lambda_("update_function_code", ZipFile=package("other"))["RevisionId"]
    read = account.lambda_("get_function_configuration")["RevisionId"]
    return len({first, second, third}) == 3 and read == third


@case("function configuration", expected="PreconditionFailedException")
def a_stale_revision_is_refused_for_configuration(account: Account) -> Any:
    account.function()
    return account.lambda_("update_function_configuration", Timeout=9, RevisionId="stale")


@case("function configuration", expected="PreconditionFailedException")
def a_stale_revision_is_refused_for_code(account: Account) -> Any:
    account.function()
    return account.lambda_("update_function_code", ZipFile=package("other"), RevisionId="stale")


@case("function configuration", expected=("ValidationException", 3))
def a_timeout_over_15_minutes_is_refused_and_changes_nothing(account: Account) -> Any:
    account.function()
    refused = account.lambda_("update_function_configuration", Timeout=901)
    return refused, account.lambda_("get_function_configuration")["Timeout"]


@case("function configuration", expected="ValidationException")
def memory_over_10240_is_refused(account: Account) -> Any:
    return account.function(MemorySize=10241)


@case("function configuration", expected="InvalidParameterValueException")
def an_environment_over_4_kb_is_refused(account: Account) -> Any:
    return account.function(Environment={"Variables": {"A": "x" * 4096}})


@case("function configuration", expected={"TargetArn": "arn:aws:sqs:us-east-1:123456789012:q"})
def a_dead_letter_queue_is_kept_on_creation(account: Account) -> Any:
    account.function(DeadLetterConfig={"TargetArn": account.queue()})
    return account.lambda_("get_function")["Configuration"]["DeadLetterConfig"]


@case("function configuration", expected={"LogFormat": "Text", "LogGroup": "/aws/lambda/f"})
def logs_are_text_in_the_functions_own_group_by_default(account: Account) -> Any:
    account.function()
    return account.lambda_("get_function_configuration")["LoggingConfig"]


KEPT = {
    "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:123456789012:q"},
    "EphemeralStorage": {"Size": 1024},
    "FileSystemConfigs": [{"Arn": "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef0", "LocalMountPath": "/mnt/x"}],
    "KMSKeyArn": "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555",
    "TracingConfig": {"Mode": "Active"},
}  # fmt: skip


@case("function configuration", expected=KEPT)
def what_an_update_sets_is_read_back(account: Account) -> Any:
    account.function()
    account.lambda_("update_function_configuration", **KEPT)
    read = account.lambda_("get_function_configuration")
    return {name: read.get(name) for name in KEPT}


@case("function configuration", expected=["subnet's own VPC"])
def the_vpc_is_that_of_the_subnets(account: Account) -> Any:
    vpc = account.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = account.client("ec2").create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    account.function(VpcConfig={"SubnetIds": [subnet], "SecurityGroupIds": ["sg-1"]})
    found = account.lambda_("get_function_configuration")["VpcConfig"]["VpcId"]
    return ["subnet's own VPC"] if found == vpc else found


@case("function configuration", expected=f"{FUNCTION}:live")
def an_alias_keeps_its_name_in_the_arn(account: Account) -> Any:
    account.function(Publish=True)
    account.lambda_("create_alias", Name="live", FunctionVersion="1")
    return account.lambda_("get_function_configuration", Qualifier="live")["FunctionArn"]


@case("versions and aliases", expected=["1", "1", "2"])
def an_unchanged_function_is_not_published_again(account: Account) -> Any:
    account.function()
    account.lambda_("update_function_configuration", Timeout=9)
    first = account.lambda_("publish_version")["Version"]
    second = account.lambda_("publish_version")["Version"]
    account.lambda_("update_function_configuration", Timeout=10)
    return [first, second, account.lambda_("publish_version")["Version"]]


@case("versions and aliases", expected="3")
def the_number_of_a_deleted_version_is_not_given_out_again(account: Account) -> Any:
    account.function()
    for timeout in (8, 9):
        account.lambda_("update_function_configuration", Timeout=timeout)
        account.lambda_("publish_version")
    account.lambda_("delete_function", Qualifier="1")
    account.lambda_("update_function_configuration", Timeout=10)
    return account.lambda_("publish_version")["Version"]


@case("versions and aliases", expected=("PreconditionFailedException", "InvalidParameterValueException"))
def publishing_checks_revision_and_code(account: Account) -> Any:
    account.function()
    stale = account.lambda_("publish_version", RevisionId="stale")
    return stale, account.lambda_("publish_version", CodeSha256="other")


@case("versions and aliases", expected=("PreconditionFailedException", True))
def moving_an_alias_checks_and_changes_its_revision(account: Account) -> Any:
    account.function(Publish=True)
    before = account.lambda_("create_alias", Name="live", FunctionVersion="1")["RevisionId"]
    stale = account.lambda_("update_alias", Name="live", FunctionVersion="1", RevisionId="stale")
    after = account.lambda_("update_alias", Name="live", FunctionVersion="1", RevisionId=before)["RevisionId"]
    return stale, before != after


@case("versions and aliases", expected="ResourceConflictException")
def an_alias_exists_once(account: Account) -> Any:
    account.function(Publish=True)
    account.lambda_("create_alias", Name="live", FunctionVersion="1")
    return account.lambda_("create_alias", Name="live", FunctionVersion="1")


@case("concurrency", expected="InvalidParameterValueException")
def a_hundred_executions_stay_unreserved(account: Account) -> Any:
    account.function()
    return account.lambda_("put_function_concurrency", ReservedConcurrentExecutions=901)


@case("concurrency", expected={"ReservedConcurrentExecutions": 0})
def a_reservation_of_0_shows(account: Account) -> Any:
    account.function()
    account.lambda_("put_function_concurrency", ReservedConcurrentExecutions=0)
    return account.lambda_("get_function")["Concurrency"]


@case("concurrency", expected=(1000, 990, 1))
def account_settings_count(account: Account) -> Any:
    account.function()
    account.lambda_("put_function_concurrency", ReservedConcurrentExecutions=10)
    settings = account.call("lambda", "get_account_settings")
    limits = settings["AccountLimit"]
    used = settings["AccountUsage"]["FunctionCount"]
    return limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"], used


@case(
    "provisioned concurrency", expected=("READY", 2, [f"{FUNCTION}:1"], "ProvisionedConcurrencyConfigNotFoundException")
)
def provisioned_concurrency_is_put_listed_and_deleted(account: Account) -> Any:
    account.function(Publish=True)
    account.lambda_("put_provisioned_concurrency_config", Qualifier="1", ProvisionedConcurrentExecutions=2)
    read = account.lambda_("get_provisioned_concurrency_config", Qualifier="1")
    listed = account.lambda_("list_provisioned_concurrency_configs")["ProvisionedConcurrencyConfigs"]
    account.lambda_("delete_provisioned_concurrency_config", Qualifier="1")
    gone = account.lambda_("get_provisioned_concurrency_config", Qualifier="1")
    available = read["AvailableProvisionedConcurrentExecutions"]
    return read["Status"], available, [entry["FunctionArn"] for entry in listed], gone


@case("provisioned concurrency", expected=("InvalidParameterValueException", "InvalidParameterValueException"))
def provisioning_needs_a_version_and_room(account: Account) -> Any:
    account.function(Publish=True)
    unpublished = account.lambda_(
        "put_provisioned_concurrency_config", Qualifier="$LATEST", ProvisionedConcurrentExecutions=2
    )
    account.lambda_("put_function_concurrency", ReservedConcurrentExecutions=1)
    return unpublished, account.lambda_(
        "put_provisioned_concurrency_config", Qualifier="1", ProvisionedConcurrentExecutions=2
    )


@case("permissions", expected="ResourceConflictException")
def a_statement_id_is_taken_once(account: Account) -> Any:
    account.function()
    account.lambda_("add_permission", **PERMISSION)
    return account.lambda_("add_permission", **PERMISSION)


@case("permissions", expected=("ResourceNotFoundException", f"{FUNCTION}:1"))
def a_version_has_a_policy_of_its_own(account: Account) -> Any:
    account.function(Publish=True)
    account.lambda_("add_permission", Qualifier="1", **PERMISSION)
    policy = json.loads(account.lambda_("get_policy", Qualifier="1")["Policy"])
    return account.lambda_("get_policy"), policy["Statement"][0]["Resource"]


@case("permissions", expected={"AWS": "arn:aws:iam::210987654321:root"})
def an_account_as_principal_is_its_root(account: Account) -> Any:
    account.function()
    account.lambda_("add_permission", **PERMISSION | {"Principal": "210987654321"})
    return json.loads(account.lambda_("get_policy")["Policy"])["Statement"][0]["Principal"]


@case("function URLs", expected=[FUNCTION, f"{FUNCTION}:live"])
def a_function_and_its_alias_each_have_a_url(account: Account) -> Any:
    account.function(Publish=True)
    account.lambda_("create_alias", Name="live", FunctionVersion="1")
    account.lambda_("create_function_url_config", AuthType="NONE")
    account.lambda_("create_function_url_config", AuthType="NONE", Qualifier="live")
    listed = account.lambda_("list_function_url_configs")["FunctionUrlConfigs"]
    return [entry["FunctionArn"] for entry in listed]


@case("event invoke config", expected=(2, None))
def a_second_put_replaces_the_first(account: Account) -> Any:
    account.function()
    account.lambda_("put_function_event_invoke_config", MaximumRetryAttempts=1, MaximumEventAgeInSeconds=60)
    account.lambda_("put_function_event_invoke_config", MaximumRetryAttempts=2)
    read = account.lambda_("get_function_event_invoke_config")
    return read["MaximumRetryAttempts"], read.get("MaximumEventAgeInSeconds")


@case("event invoke config", expected=(1, 60))
def an_update_keeps_what_it_does_not_name(account: Account) -> Any:
    account.function()
    account.lambda_("put_function_event_invoke_config", MaximumRetryAttempts=1)
    account.lambda_("update_function_event_invoke_config", MaximumEventAgeInSeconds=60)
    read = account.lambda_("get_function_event_invoke_config")
    return read["MaximumRetryAttempts"], read.get("MaximumEventAgeInSeconds")


@case("event source mappings", expected=f"{FUNCTION}:live")
def a_mapping_goes_to_the_alias(account: Account) -> Any:
    account.function(Publish=True)
    account.lambda_("create_alias", Name="live", FunctionVersion="1")
    made = account.call("lambda", "create_event_source_mapping", FunctionName="f:live", EventSourceArn=account.queue())
    return account.call("lambda", "get_event_source_mapping", UUID=made["UUID"])["FunctionArn"]


@case("event source mappings", expected=1)
def a_mapping_is_listed_by_any_spelling_of_its_function(account: Account) -> Any:
    account.function()
    account.call("lambda", "create_event_source_mapping", FunctionName=FUNCTION, EventSourceArn=account.queue())
    return len(account.lambda_("list_event_source_mappings")["EventSourceMappings"])


KAFKA = "arn:aws:kafka:us-east-1:123456789012:cluster/c/11111111-2222-3333-4444-555555555555-1"


@case("other event sources", expected=(KAFKA, ["orders"], 50, "Disabled", [FUNCTION], "ResourceNotFoundException"))
def a_kafka_cluster_is_mapped_listed_changed_and_deleted(account: Account) -> Any:
    account.function()
    made = account.lambda_(
        "create_event_source_mapping", EventSourceArn=KAFKA, Topics=["orders"], StartingPosition="LATEST"
    )
    named = {"UUID": made["UUID"]}
    account.call("lambda", "update_event_source_mapping", BatchSize=50, Enabled=False, **named)
    listed = account.lambda_("list_event_source_mappings")["EventSourceMappings"]
    read = account.call("lambda", "get_event_source_mapping", **named)
    account.call("lambda", "delete_event_source_mapping", **named)
    gone = account.call("lambda", "get_event_source_mapping", **named)
    arns = [one["FunctionArn"] for one in listed]
    return read["EventSourceArn"], read["Topics"], read["BatchSize"], read["State"], arns, gone


@case("function settings", expected=("Auto", "Terminate"))
def settings_that_nobody_changed_are_readable(account: Account) -> Any:
    account.function()
    runtime = account.lambda_("get_runtime_management_config")["UpdateRuntimeOn"]
    return runtime, account.lambda_("get_function_recursion_config")["RecursiveLoop"]


@case("packages", expected=True)
def a_layer_is_found_by_its_arn(account: Account) -> Any:
    made = account.call("lambda", "publish_layer_version", LayerName="l", Content={"ZipFile": package()})
    found = account.call("lambda", "get_layer_version_by_arn", Arn=made["LayerVersionArn"])
    return found["Content"]["CodeSha256"] == made["Content"]["CodeSha256"]


@case("packages", expected=True)
def a_package_is_on_the_account_itself(account: Account) -> Any:
    account.function()
    return account.lambda_("get_function")["Code"]["Location"].startswith(account.embedded.endpoint)


@case("invocation", expected="TooManyRequestsException")
def a_reservation_of_0_throttles(account: Account) -> Any:
    account.function()
    account.lambda_("put_function_concurrency", ReservedConcurrentExecutions=0)
    return account.lambda_("invoke")


@case("invocation", expected="ServiceException")
def nothing_pretends_to_have_run(account: Account) -> Any:
    account.function()
    return account.lambda_("invoke", Payload=b"{}")
