"""The network compiled to integers: what the walk looks things up in. Each part is compiled when it is first needed."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from doctor.model.interfaces import NetworkInterface
from doctor.model.network import NetworkAcl, Subnet
from doctor.model.trace import Header, Hop, Notice
from doctor.network.acls import Acl, Judgement
from doctor.network.addresses import (
    RESERVED_FIRST,
    RESERVED_LAST,
    RESOLVER,
    V4,
    V6,
    Prefix,
    address,
    prefix,
    public,
    written,
)
from doctor.network.boxes import Box
from doctor.network.catalogue import Catalogue
from doctor.network.groups import Admission, Group, Question, admit
from doctor.network.routes import Routes, of_transit_gateway, of_vpc

_REMEMBERED = 10_000
"""Answers of security groups that are kept: where functions share none, keeping all would cost more than it saves."""
_HOP = ("component", "kind", "direction", "stage", "verdict", "rule", "code", "evidence")


class Node(NamedTuple):
    """Who has an address: an interface, or a resource whose interface was not seen."""

    component: str
    arn: str
    kind: str
    """EC2's ``InterfaceType``."""
    vpc: str
    subnet: str
    groups: frozenset[str]


class Admitted(NamedTuple):
    """What security groups do with packets; the groups, and the ids of those that were not seen."""

    admission: Admission
    groups: tuple[Group, ...]
    unseen: tuple[str, ...]


class Made:
    """What was compiled, judged and looked up so far."""

    def __init__(self) -> None:
        self.routes: dict[tuple[str, int], Routes | None] = {}
        self.routes_of: dict[tuple[str, int], Routes | None] = {}
        self.acls: dict[tuple[str, bool, int], Acl] = {}
        self.acl_of: dict[tuple[str, bool, int], Acl | None] = {}
        self.hops: dict[tuple[Any, ...], Hop] = {}
        self.notices: dict[tuple[str, str, str], Notice] = {}
        self.resolvers: dict[str, frozenset[tuple[int, int]]] = {}
        self.passed: dict[tuple[str, bool, str, Box, int, int], Hop] = {}
        self.judged: dict[tuple[str, bool, int, int, Box], Judgement] = {}
        self.groups: dict[tuple[str, bool], Group | None] = {}
        self.admitted: dict[Question, Admitted] = {}
        self.boundaries: dict[tuple[str, int, frozenset[str]], frozenset[int]] = {}
        self.nodes_at: dict[tuple[int, int], tuple[Node, ...]] = {}
        self.spans: dict[tuple[str, int], tuple[tuple[int, int], ...]] = {}


class Tables:
    """A catalogue, compiled."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.made = Made()

    def keep(self, known: "Tables") -> None:
        """Take over what was made of resources that another snapshot has as well; its prefix lists and interfaces are the same."""
        mine, theirs, made, old = self.catalogue, known.catalogue, self.made, known.made
        acls = {one.network_acl_id for one in mine.all(NetworkAcl) if theirs.resources.get(one.arn) is one}
        tables = {one for one, found in mine.tables.items() if theirs.tables.get(one) is found}
        groups = {one for one, found in mine.groups.items() if theirs.groups.get(one) is found}
        made.routes = {key: found for key, found in old.routes.items() if key[0] in tables}
        made.acls = {key: found for key, found in old.acls.items() if key[0] in acls}
        made.judged = {key: found for key, found in old.judged.items() if key[0] in acls}
        made.groups = {key: found for key, found in old.groups.items() if key[0] in groups}
        made.admitted = {key: found for key, found in old.admitted.items() if key.groups <= groups}
        made.hops, made.notices, made.nodes_at = old.hops, old.notices, old.nodes_at

    def routes(self, identifier: str, family: int) -> Routes | None:
        """A route table by its id; ``None``: not seen."""
        key = identifier, family
        if key not in self.made.routes:
            table = self.catalogue.tables.get(identifier)
            self.made.routes[key] = of_vpc(table, family, self.catalogue.ranges_of_list) if table else None
        return self.made.routes[key]

    def transit_routes(self, identifier: str, family: int) -> Routes | None:
        """A transit gateway's route table by its id; ``None``: not seen, or its routes were not."""
        key = identifier, family
        if key not in self.made.routes:
            table = self.catalogue.transit_tables.get(identifier)
            seen = table is not None and table.routes is not None
            self.made.routes[key] = (
                of_transit_gateway(table, family, self.catalogue.ranges_of_list) if table and seen else None
            )
        return self.made.routes[key]

    def routes_of(self, subnet: Subnet, family: int) -> Routes | None:
        """The routes of a subnet; ``None``: not seen."""
        key = subnet.subnet_id, family
        if key not in self.made.routes_of:
            table = self.catalogue.table_of(subnet)
            self.made.routes_of[key] = self.routes(table.route_table_id, family) if table else None
        return self.made.routes_of[key]

    def acl(self, subnet: Subnet, egress: bool, family: int) -> Acl | None:
        """One direction of a subnet's network ACL; ``None``: not seen."""
        key = subnet.subnet_id, egress, family
        if key not in self.made.acl_of:
            acl = self.catalogue.acl_of(subnet)
            self.made.acl_of[key] = self._compiled(acl, egress, family) if acl is not None else None
        return self.made.acl_of[key]

    def _compiled(self, acl: NetworkAcl, egress: bool, family: int) -> Acl:
        key = acl.network_acl_id, egress, family
        if key not in self.made.acls:
            self.made.acls[key] = Acl(acl, egress, family)
        return self.made.acls[key]

    def judge(self, acl: Acl, egress: bool, family: int, protocol: int, box: Box) -> Judgement:
        """What a network ACL does with a box of packets."""
        key = acl.id, egress, family, protocol, box
        found = self.made.judged.get(key)
        if found is None:
            found = self.made.judged[key] = acl.judge(protocol, box)
        return found

    def group(self, identifier: str, egress: bool) -> Group | None:
        """One direction of a security group; ``None``: not seen."""
        key = identifier, egress
        if key not in self.made.groups:
            group = self.catalogue.groups.get(identifier)
            self.made.groups[key] = Group(group, egress, self.catalogue.ranges_of_list) if group else None
        return self.made.groups[key]

    def admit(self, asked: Question) -> Admitted:
        """What security groups do with packets."""
        found = self.made.admitted.get(asked)
        if found is None:
            if len(self.made.admitted) >= _REMEMBERED:
                self.made.admitted.clear()
            every = [(identifier, self.group(identifier, asked.egress)) for identifier in sorted(asked.groups)]
            seen = tuple(group for _, group in every if group is not None)
            unseen = tuple(identifier for identifier, group in every if group is None)
            found = self.made.admitted[asked] = Admitted(admit(seen, asked), seen, unseen)
        return found

    def spans(self, subnet: Subnet, family: int) -> tuple[tuple[int, int], ...]:
        """The addresses that an interface in a subnet may have; empty: none of that family."""
        key = subnet.subnet_id, family
        if key not in self.made.spans:
            self.made.spans[key] = tuple(
                (one.low + RESERVED_FIRST, one.high - RESERVED_LAST)
                for one in ranges_of_subnet(subnet)
                if one.family == family and one.high - one.low > RESERVED_FIRST + RESERVED_LAST
            )
        return self.made.spans[key]

    def hop(self, said: tuple[Any, ...], header: Header | None) -> Hop:
        """A hop; those that are alike are one, for many flows pass the same components in the same way."""
        if header is not None:
            return Hop(**dict(zip(_HOP, said, strict=True)), header=header)
        found = self.made.hops.get(said)
        if found is None:
            found = self.made.hops[said] = Hop(**dict(zip(_HOP, said, strict=True)))
        return found

    def notice(self, code: str, component: str, detail: str) -> Notice:
        """A notice; those that are alike are one."""
        return self.made.notices.setdefault(
            (code, component, detail), Notice(code=code, component=component, detail=detail)
        )

    def resolvers(self, vpc: str) -> frozenset[tuple[int, int]]:
        """Where Amazon's resolver answers in a VPC: at the base of each of its IPv4 ranges plus two, and link-local."""
        if vpc not in self.made.resolvers:
            bases = {(V4, one.low + 2) for one in self.ranges_of_vpc(vpc) if one.family == V4}
            self.made.resolvers[vpc] = frozenset(bases | {(one.family, one.low) for one in RESOLVER})
        return self.made.resolvers[vpc]

    def cuts(self, components: Iterable[str], family: int) -> set[int]:
        """Where a rule, entry or route of components that flows met may begin to apply to a destination."""
        found: set[int] = set()
        for one in components:
            routes, group = self.made.routes.get((one, family)), self.made.groups.get((one, True))
            found.update(routes.boundaries if routes else ())
            found.update(group.boundaries(family) if group else ())
            for egress in (True, False):
                acl = self.made.acls.get((one, egress, family))
                found.update(acl.boundaries if acl else ())
        return found

    def boundaries(self, vpc: str, family: int, groups: frozenset[str]) -> frozenset[int]:
        """Where a rule, entry or route of a VPC may begin to apply to a destination: between two, all addresses are alike."""
        key = vpc, family, groups
        if key not in self.made.boundaries:
            found: set[int] = set()
            for table in self.catalogue.tables.values():
                compiled = self.routes(table.route_table_id, family) if vpc == table.vpc_id else None
                found.update(compiled.boundaries if compiled else ())
            for acl in self.catalogue.all(NetworkAcl):
                if vpc == acl.vpc_id:
                    for egress in (True, False):
                        found.update(self._compiled(acl, egress, family).boundaries)
            for group in groups | self._forwarding:
                found |= self._edges_of_group(group, family)
            self.made.boundaries[key] = frozenset(found)
        return self.made.boundaries[key]

    @cached_property
    def _forwarding(self) -> frozenset[str]:
        """Security groups of interfaces that forward for others."""
        every = self.catalogue.interfaces.values()
        return frozenset(group.group_id for one in every if one.source_dest_check is False for group in one.groups)

    def _edges_of_group(self, identifier: str, family: int) -> set[int]:
        compiled = self.group(identifier, egress=True)
        return set(compiled.boundaries(family)) if compiled else set()

    @cached_property
    def _ranges_of_vpc(self) -> dict[str, tuple[Prefix, ...]]:
        found = {}
        for vpc in self.catalogue.vpcs.values():
            cidrs = {vpc.cidr_block, *(one.cidr_block for one in vpc.cidr_block_association_set)}
            cidrs |= {one.ipv6_cidr_block for one in vpc.ipv6_cidr_block_association_set}
            found[vpc.vpc_id] = prefixes(sorted(cidrs))
        return found

    def ranges_of_vpc(self, vpc: str) -> tuple[Prefix, ...]:
        """The ranges of a VPC."""
        return self._ranges_of_vpc.get(vpc, ())

    @cached_property
    def _at(self) -> dict[str, tuple[NetworkInterface, ...]]:
        """Interfaces by their private IPv4 and their IPv6 addresses, as these are written."""
        found: dict[str, tuple[NetworkInterface, ...]] = {}
        for one in self.catalogue.interfaces.values():
            texts = [one.private_ip_address]
            if len(one.private_ip_addresses) > 1 or one.ipv6_addresses:
                texts = [_canonical(text) for text in addresses_of(one)]
            elif one.private_ip_addresses and not texts[0]:
                texts = [one.private_ip_addresses[0].private_ip_address]
            for text in texts:
                found[text] = (*found[text], one) if text in found else (one,)
        return found

    def node(self, vpc: str, family: int, number: int) -> Node | None:
        """Who has an address in a VPC."""
        return next((node for node in self._nodes(family, number) if node.vpc == vpc), None)

    def _nodes(self, family: int, number: int) -> tuple[Node, ...]:
        """Everybody who has an address, each in another VPC."""
        key = family, number
        found = self.made.nodes_at.get(key)
        if found is None:
            found = self.made.nodes_at[key] = tuple(node_of(one) for one in self._at.get(written(family, number), ()))
        return found

    def owner(self, family: int, number: int) -> Node | None:
        """Who has a private address, where only one VPC has it."""
        found = self._nodes(family, number)
        return found[0] if len(found) == 1 else None

    def blind(self, family: int, number: int) -> bool:
        """Whether nobody can tell who has a private address: no VPC whose interfaces were listed has it in its ranges."""
        if public(family, number):
            return False
        return not any(
            one.family == family and one.low <= number <= one.high
            for vpc in self.catalogue.vpcs_with_interfaces
            for one in self.ranges_of_vpc(vpc)
        )

    @cached_property
    def _at_public(self) -> dict[str, NetworkInterface]:
        every = self.catalogue.interfaces.values()
        known = [one for one in every if one.association is not None or (one.private_ip_addresses and _associated(one))]
        return {outer: one for one in known for inner, outer in public_addresses_of(one) if address(inner)}

    def public_node(self, family: int, number: int) -> Node | None:
        """Who has a public IPv4 address."""
        found = self._at_public.get(written(family, number)) if family == V4 else None
        return node_of(found) if found is not None else None


def _associated(interface: NetworkInterface) -> bool:
    return any(one.association is not None for one in interface.private_ip_addresses)


def _canonical(text: str) -> str:
    found = address(text)
    return written(*found) if found is not None else text


def prefixes(cidrs: Iterable[str]) -> tuple[Prefix, ...]:
    """Those of some CIDR blocks that can be read."""
    return tuple(found for cidr in cidrs if (found := prefix(cidr)) is not None)


def ranges_of_subnet(subnet: Subnet) -> tuple[Prefix, ...]:
    """The ranges of a subnet, of both families."""
    return prefixes((subnet.cidr_block, *(one.ipv6_cidr_block for one in subnet.ipv6_cidr_block_association_set)))


def node_of(interface: NetworkInterface) -> Node:
    """An interface as the walk needs it."""
    return Node(
        component=interface.network_interface_id,
        arn=interface.arn,
        kind=interface.interface_type,
        vpc=interface.vpc_id,
        subnet=interface.subnet_id,
        groups=frozenset(one.group_id for one in interface.groups),
    )


def addresses_of(interface: NetworkInterface, family: int | None = None) -> list[str]:
    """The private IPv4 and the IPv6 addresses of an interface, each once."""
    v4 = [interface.private_ip_address, *(one.private_ip_address for one in interface.private_ip_addresses)]
    v6 = [one.ipv6_address for one in interface.ipv6_addresses]
    told = {V4: v4, V6: v6}.get(family or 0, v4 + v6)
    return list(dict.fromkeys(one for one in told if one))


def public_addresses_of(interface: NetworkInterface) -> list[tuple[str, str]]:
    """Private addresses of an interface with the public ones that stand for them."""
    pairs = [
        (one.private_ip_address, one.association.public_ip)
        for one in interface.private_ip_addresses
        if one.association is not None
    ]
    if interface.association is not None:
        pairs.append((interface.private_ip_address, interface.association.public_ip))
    return [(inner, outer) for inner, outer in dict.fromkeys(pairs) if outer]
