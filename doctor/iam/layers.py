"""Which policies of a snapshot have a say on a request, and which may exist that were not seen."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, TypeVar

from doctor.iam.evaluate import Level
from doctor.iam.grants import grant_policy
from doctor.iam.policy import Policy, compile_policy
from doctor.iam.request import Request
from doctor.model.call import Gap
from doctor.model.decision import LayerName
from doctor.model.function import Function
from doctor.model.identity import Group, ManagedPolicy, PolicyDetail, Role, User
from doctor.model.network import RouteTable, VpcEndpoint
from doctor.model.organization import OrganizationTarget
from doctor.model.snapshot import Resource, Snapshot
from doctor.model.sources import Key, Stream
from doctor.model.triggers import Table

WITH_RESOURCE_POLICY = frozenset(
    (
        "backup",
        "codeartifact",
        "dynamodb",
        "ecr",
        "elasticfilesystem",
        "es",
        "events",
        "execute-api",
        "glue",
        "kinesis",
        "kms",
        "lambda",
        "s3",
        "secretsmanager",
        "sns",
        "sqs",
        "ssm",
        "sts",
    )
)
"""Services whose resources can carry a policy that decides who may use them."""

R = TypeVar("R", bound=Resource)

_ACCOUNT = 4
"""The segment of an ARN that names the account."""
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"


def inline(holder: Role | User | Group) -> tuple[PolicyDetail, ...]:
    """The inline policies of who has them."""
    match holder:
        case Role():
            return holder.role_policy_list
        case User():
            return holder.user_policy_list
        case Group():
            return holder.group_policy_list


class Layers:
    """The policies of one snapshot, each compiled on first use."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._compiled: dict[tuple[str, str], Policy] = {}
        self._passed: dict[tuple[str, str], list[tuple[VpcEndpoint, int]]] = {}
        self._last: tuple[str | None, tuple[tuple[Policy, ...], str]] = None, ((), "")
        self._gaps: dict[str, list[Gap]] = {}
        for gap in snapshot.gaps:
            self._gaps.setdefault(gap.resource, []).append(gap)

    def _policy(self, place: str, name: str, document: Any, layer: LayerName) -> Policy:
        """Compile once; ``place`` tells policies of one name apart."""
        key = (f"{layer} {place}", name)
        if key not in self._compiled:
            self._compiled[key] = compile_policy(name, document, layer)
        return self._compiled[key]

    def identity(self, arn: str) -> tuple[tuple[Policy, ...], str]:
        """The policies of a role, or of a user and its groups, and in words what of them was not seen."""
        if self._last[0] != arn:  # of one role several things are asked in a row
            self._last = arn, self._identity(arn)
        return self._last[1]

    def _identity(self, arn: str) -> tuple[tuple[Policy, ...], str]:
        holder = self._snapshot.resources.get(arn)
        if not isinstance(holder, Role | User):
            return (), f"the {'user' if ':user/' in arn else 'role'} {arn}{self._why(arn)}"
        found: list[Policy] = []
        missing: list[str] = []
        groups = self._groups(holder, missing) if isinstance(holder, User) else []
        for one in (holder, *groups):
            found += [self._policy(one.arn, each.policy_name, each.policy_document, "identity") for each in inline(one)]
            for attached in one.attached_managed_policies:
                policy = self._managed(attached.policy_arn, "identity")
                if policy is None:
                    missing.append(f"{attached.policy_arn}{self._why(attached.policy_arn)}")
                else:
                    found.append(policy)
        if not missing and self._why(arn):
            missing.append(f"a policy of the {'user' if isinstance(holder, User) else 'role'} {arn}{self._why(arn)}")
        return tuple(found), ", ".join(missing)

    def managed(self, role: Role) -> list[Policy]:
        """Those of a role's managed policies that were seen."""
        found = (self._managed(one.policy_arn, "identity") for one in role.attached_managed_policies)
        return [one for one in found if one is not None]

    def _groups(self, user: User, missing: list[str]) -> list[Group]:
        """The groups of a user; those that were not seen go to ``missing``."""
        account = user.arn.split(":")[_ACCOUNT]
        seen = {one.group_name: one for one in self.all(Group) if one.arn.split(":")[_ACCOUNT] == account}
        missing += [f"the group {name}" for name in user.group_list if name not in seen]
        return [seen[name] for name in user.group_list if name in seen]

    def boundary(self, holder_arn: str) -> tuple[tuple[Policy, ...], str]:
        """The permissions boundary of a role or a user, and in words what of it was not seen."""
        holder = self._snapshot.resources.get(holder_arn)
        if not isinstance(holder, Role | User) or holder.permissions_boundary is None:
            return (), ""
        arn = holder.permissions_boundary.permissions_boundary_arn
        policy = self._managed(arn, "boundary")
        return ((policy,), "") if policy else ((), f"the permissions boundary {arn}{self._why(arn)}")

    def _managed(self, arn: str, layer: LayerName) -> Policy | None:
        managed = self._snapshot.resources.get(arn)
        if not isinstance(managed, ManagedPolicy):
            return None
        versions = {one.version_id: one for one in managed.policy_version_list}
        version = versions.get(managed.default_version_id)
        return self._policy(arn, arn, version.document, layer) if version else None

    def resource(self, request: Request) -> tuple[tuple[Policy, ...], str]:
        """The policy of the resource itself, and in words what of it was not seen."""
        if request.service not in WITH_RESOURCE_POLICY or request.resource == "*":
            return (), ""
        arn = carrier(request.resource)
        found = self._snapshot.resources.get(arn)
        if isinstance(found, Role):
            return (self._policy(arn, f"trust policy of {arn}", found.assume_role_policy_document, "resource"),), ""
        said = getattr(found, "policy", None)
        unread = found is None or not hasattr(found, "policy") or (said is None and isinstance(found, Table | Stream))
        if unread or self._policy_gap(arn):
            return (), f"the resource-based policy of {arn}{self._why(arn)}"
        if not said:
            return (), f"the policy of the key {arn}" if isinstance(found, Key) else ""
        grants = grant_policy(found, request.caller) if isinstance(found, Key) else None
        policies = (self._policy(arn, f"policy of {arn}", said, "resource"), grants)
        return tuple(one for one in policies if one is not None), ""

    def _policy_gap(self, arn: str) -> bool:
        return any("Policy" in gap.call.operation and gap.reason != "absent" for gap in self._gaps.get(arn, ()))

    def _why(self, arn: str) -> str:
        """The gap on a resource, for a person; empty when there is none."""
        gaps = [gap for gap in self._gaps.get(arn, ()) if gap.reason != "absent"]
        return f" ({gaps[0].call.name}: {gaps[0].error or gaps[0].reason})" if gaps else ""

    def organization(self, kind: str, layer: LayerName, account: str) -> tuple[tuple[Level, ...], bool]:
        """The levels of SCPs or RCPs that bound an account, and whether they were seen at all."""
        targets = sorted(self.all(OrganizationTarget), key=lambda target: target.level)
        if not targets:
            return (), any(gap.reason == "absent" for gap in self._organization_gaps)
        if account != self._snapshot.scope.account:
            return (), False
        if all(target.arn.split(":")[4] == account for target in targets):
            return (), True  # the management account is not bound by them
        found = [
            Level(
                target.target_id,
                tuple(
                    self._policy(target.target_id, one.name or one.id, one.content, layer)
                    for one in target.policies
                    if one.type == kind
                ),
            )
            for target in targets
        ]
        enabled = any(level.policies for level in found)
        return tuple(found) if enabled else (), all(gap.reason == "absent" for gap in self._organization_gaps)

    @cached_property
    def _organization_gaps(self) -> list[Gap]:
        return [gap for gap in self._snapshot.gaps if gap.call.service == "organizations"]

    def passed(self, function: Function, service: str) -> list[tuple[VpcEndpoint, int]]:
        """The VPC endpoints that the function's traffic to a service takes, each with how many of its subnets do."""
        subnets = function.vpc_config.subnet_ids
        if not subnets:
            return []
        asked = (function.function_arn, service)
        if asked not in self._passed:  # a sweep over actions asks thousands of times
            names = _ENDPOINTS.get(service, (service,))
            found = (
                (one, self._share(one, subnets))
                for one in self.all(VpcEndpoint)
                if one.vpc_id == function.vpc_config.vpc_id and _serves(one) in names
            )
            self._passed[asked] = [(one, share) for one, share in found if share]
        return self._passed[asked]

    def endpoints(self, function: Function, service: str) -> tuple[tuple[Policy, ...], str]:
        """The policies of the VPC endpoints that the function's traffic to a service takes, and an assumption about them."""
        through = self.passed(function, service)
        found = [
            self._policy(one.arn, one.vpc_endpoint_id, one.policy_document, "endpoint")
            for one, _ in through
            if one.policy_document
        ]
        notes = [
            f"the call leaves from a subnet that uses {one.vpc_endpoint_id}: not all do"
            for one, share in through
            if share < len(function.vpc_config.subnet_ids)
        ]
        if function.vpc_config.subnet_ids and self._missed("ec2:DescribeVpcEndpoints"):
            notes.append("no VPC endpoint policy denies it: not all could be read")
        return tuple(found), "; ".join(notes)

    def _missed(self, call: str) -> bool:
        """Whether a listing was not read whole."""
        return call in self._unread

    @cached_property
    def _unread(self) -> frozenset[str]:
        """The calls that left a gap: a large account has many gaps, of few calls."""
        return frozenset(gap.call.name for gap in self._snapshot.gaps if gap.reason != "absent")

    def key(self, name: str) -> Key | None:
        """The key behind the ARN of an alias (``arn:…:alias/orders``); ``None``: it was not seen."""
        head, _, alias = name.rpartition(":")
        return next((one for one in self.all(Key) if alias in one.aliases and one.arn.rpartition(":")[0] == head), None)

    def _share(self, endpoint: VpcEndpoint, subnets: Iterable[str]) -> int:
        """How many of the subnets send their traffic through the endpoint."""
        if endpoint.vpc_endpoint_type != "Gateway":
            return len(tuple(subnets)) if endpoint.private_dns_enabled else 0
        tables = [table for table in self.all(RouteTable) if table.vpc_id == endpoint.vpc_id]
        main = {table.route_table_id for table in tables if any(one.main for one in table.associations)}
        explicit = {
            one.subnet_id: {table.route_table_id} for table in tables for one in table.associations if one.subnet_id
        }
        return sum(1 for subnet in subnets if explicit.get(subnet, main) & set(endpoint.route_table_ids))

    @cached_property
    def _by_type(self) -> dict[type, list[Resource]]:
        """Resources by type: a sweep asks thousands of times, and an account has as many resources."""
        found: dict[type, list[Resource]] = {}
        for one in self._snapshot.resources.values():
            found.setdefault(type(one), []).append(one)
        return found

    @property
    def alone(self) -> bool:
        """Whether the account is in no organization."""
        return not self.all(OrganizationTarget) and any(gap.reason == "absent" for gap in self._organization_gaps)

    def all(self, kind: type[R]) -> list[R]:
        """The resources of a type."""
        return self._by_type.get(kind, [])  # type: ignore[return-value]


_ENDPOINTS = {
    "bedrock": ("bedrock", "bedrock-runtime"),
    "cloudwatch": ("monitoring",),
    "ecr": ("ecr.api", "ecr.dkr"),
    "firehose": ("kinesis-firehose",),
    "iot": ("iot.data",),
    "kinesis": ("kinesis-streams",),
    "ses": ("email",),
    "states": ("states", "sync-states"),
}
"""What the endpoints of a service are called behind ``com.amazonaws.REGION.``, where that is not IAM's prefix."""


def _serves(endpoint: VpcEndpoint) -> str:
    """The service of an endpoint: ``kinesis-streams``."""
    return "".join(endpoint.service_name.split(".", 3)[3:]) or endpoint.service_name


def carrier(arn: str) -> str:
    """The ARN of the resource that carries the policy: an object's bucket, an index's table."""
    head, _, rest = arn.partition(":::")
    if rest and head.endswith(":s3"):
        return f"{head}:::{rest.split('/')[0]}"
    if ":dynamodb:" in arn and ":table/" in arn and "/stream/" not in arn:  # a stream has a policy of its own
        return "/".join(arn.split("/")[:2])
    return arn
