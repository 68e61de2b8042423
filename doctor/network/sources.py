"""Where packets start: the subnets, security groups and addresses of a function, an interface, or a service's pollers."""

from typing import Any, NamedTuple

import msgspec

from doctor.model.backends import CapacityProvider
from doctor.model.function import Function
from doctor.model.interfaces import NetworkInterface
from doctor.model.trace import Blocker, Notice
from doctor.network.addresses import V6, address
from doctor.network.catalogue import Catalogue
from doctor.network.codes import MEANING
from doctor.network.protocols import ICMP, ICMPV6, TCP
from doctor.network.tables import addresses_of, public_addresses_of, ranges_of_subnet

_NETWORK_REASONS = frozenset(
    {
        "Idle",
        "Restoring",
        "EniLimitExceeded",
        "InsufficientRolePermissions",
        "InvalidSubnet",
        "InvalidSecurityGroup",
        "SubnetOutOfIPAddresses",
        "EFSIOError",
        "EFSMountConnectivityError",
        "EFSMountFailure",
        "EFSMountTimeout",
        "DisallowedByVpcEncryptionControl",
    },
)
"""Reason codes of a function's state that its network is behind; see ``StateReasonCode`` in Lambda's API."""
_SMTP = 25


class Source(NamedTuple):
    """Where packets start. One function has many: an execution environment uses one of its subnets, which is not told.

    Attributes:
        addresses: Those of interfaces that were seen; where there are none, any address of the subnet may be the source.
        public: Public IPv4 addresses of the interface; a function's has none, ever.
        ipv6: Whether it may use IPv6 at all.
    """

    name: str
    arn: str = ""
    subnets: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    addresses: tuple[tuple[str, str], ...] = ()
    public: tuple[str, ...] = ()
    ipv6: bool = True
    function: bool = False


def of_function(catalogue: Catalogue, function: Function) -> Source:
    """A function's packets; of one that runs on a capacity provider's instances, those of the capacity provider."""
    config: Any = function.vpc_config
    ipv6 = function.vpc_config.ipv6_allowed_for_dual_stack
    provider = _capacity_provider(catalogue, function)
    if provider is not None:
        config, ipv6 = provider.vpc_config, True
    groups = frozenset(config.security_group_ids)
    addresses = tuple(
        (subnet, text)
        for subnet in config.subnet_ids
        for one in catalogue.interfaces_in.get(subnet, ())
        if one.interface_type == "lambda" and {group.group_id for group in one.groups} == groups
        for text in addresses_of(one)
    )
    return Source(function.function_name, function.arn, config.subnet_ids, groups, addresses, ipv6=ipv6, function=True)


def told(shape: msgspec.Struct, name: str) -> Any:
    """A field of a shape by AWS's name, whether the shape declares it or keeps it in ``extra``."""
    raw = msgspec.to_builtins(shape)
    return raw.get(name, raw.get("extra", {}).get(name))


def _capacity_provider(catalogue: Catalogue, function: Function) -> CapacityProvider | None:
    if not catalogue.all(CapacityProvider):
        return None
    config = told(function, "CapacityProviderConfig") or {}
    arn = config.get("LambdaManagedInstancesCapacityProviderConfig", {}).get("CapacityProviderArn", "")
    return next((one for one in catalogue.all(CapacityProvider) if one.arn == arn), None)


def of_interface(interface: NetworkInterface) -> Source:
    """What an interface sends."""
    return Source(
        name=interface.network_interface_id,
        arn=interface.arn,
        subnets=(interface.subnet_id,),
        groups=frozenset(one.group_id for one in interface.groups),
        addresses=tuple((interface.subnet_id, text) for text in addresses_of(interface)),
        public=tuple(outer for _, outer in public_addresses_of(interface)),
    )


def of_addresses(addresses: tuple[tuple[str, str], ...], subnet: str, family: int) -> tuple[tuple[int, int], ...]:
    """The addresses of a source's interfaces that were seen in a subnet, as ranges."""
    found = (address(text) for where, text in addresses if where == subnet)
    return tuple((one[1], one[1]) for one in found if one is not None and one[0] == family)


def refusals(catalogue: Catalogue, source: Source, function: Function, packet: tuple[int, int, int]) -> list[Blocker]:
    """What keeps a function from sending a packet (family, protocol, port) at all, wherever it is."""
    family, protocol, port = packet
    found: list[Blocker] = []
    reason = function.state_reason_code
    if function.state != "Active" and reason in _NETWORK_REASONS:
        found.append(_refusal(source.name, "DR_FUNCTION_STATE", f"{source.name} is {function.state}: {reason}"))
        return found
    if protocol == TCP and port == _SMTP:
        found.append(_refusal(source.name, "DR_LAMBDA_PORT25_BLOCKED"))
    if protocol in (ICMP, ICMPV6):
        found.append(_refusal(source.name, "PROTOCOL_RESTRICTION", "a function sends only TCP and UDP"))
    if family == V6:
        found += _no_ipv6(catalogue, source)
    return found


def _no_ipv6(catalogue: Catalogue, source: Source) -> list[Blocker]:
    if not source.subnets:
        return [_refusal(source.name, "DR_LAMBDA_NO_IPV6_OUTSIDE_VPC")]
    if not source.ipv6:
        return [_refusal(source.name, "DR_IPV6_NOT_ENABLED")]
    known = [catalogue.subnets[one] for one in source.subnets if one in catalogue.subnets]
    lacking = [one for one in known if not any(range_.family == V6 for range_ in ranges_of_subnet(one))]
    return [_refusal(one.subnet_id, "DR_SUBNET_NOT_DUAL_STACK") for one in lacking]


def _refusal(component: str, code: str, detail: str = "") -> Blocker:
    return Blocker(
        component=component,
        code=code,
        direction="egress",
        stage="forward",
        verdict="drop",
        detail=detail or MEANING[code],
    )


def cautions(catalogue: Catalogue, source: Source, function: Function) -> list[Notice]:
    """What does not stop a function now, but will stop new environments or the next update."""
    found: list[Notice] = []
    reasons = {function.state_reason_code, function.last_update_status_reason_code}
    if "EniLimitExceeded" in reasons:
        found.append(Notice(code="DR_ENI_LIMIT", component=source.name, detail=MEANING["DR_ENI_LIMIT"]))
    known = [catalogue.subnets[one] for one in source.subnets if one in catalogue.subnets]
    full = [one.subnet_id for one in known if one.available_ip_address_count == 0]
    if not full and "SubnetOutOfIPAddresses" in reasons:
        full = [source.name]
    code = "DR_SUBNET_IP_EXHAUSTED"
    found += [Notice(code=code, component=one, detail=MEANING[code]) for one in full]
    failed = function.last_update_status == "Failed" and function.last_update_status_reason_code in _NETWORK_REASONS
    if failed:
        detail = f"the last update failed: {function.last_update_status_reason_code}; the configuration before it runs"
        found.append(Notice(code="DR_FUNCTION_STATE", component=source.name, detail=detail))
    return found
