"""The network compiled to integers: what the walk looks things up in. Each part is compiled when it is first needed."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from doctor.model.interfaces import NetworkInterface
from doctor.model.network import NetworkAcl, Subnet
from doctor.model.trace import Header, Hop, Notice
from doctor.network.acls import Acl, Judgement
from doctor.network.addresses import RESERVED_FIRST, RESERVED_LAST, RESOLVER, V4, V6, Prefix, address, prefix, public
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


class Tables:
    """A catalogue, compiled."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._routes: dict[tuple[str, int], Routes | None] = {}
        self._routes_of: dict[tuple[str, int], Routes | None] = {}
        self._acls: dict[tuple[str, bool, int], Acl] = {}
        self._acl_of: dict[tuple[str, bool, int], Acl | None] = {}
        self._hops: dict[tuple[Any, ...], Hop] = {}
        self._notices: dict[tuple[str, str, str], Notice] = {}
        self._resolvers: dict[str, frozenset[tuple[int, int]]] = {}
        self._judged: dict[tuple[str, bool, int, int, Box], Judgement] = {}
        self._groups: dict[tuple[str, bool], Group | None] = {}
        self._admitted: dict[Question, Admitted] = {}
        self._boundaries: dict[tuple[str, int, frozenset[str]], frozenset[int]] = {}
        self._spans: dict[tuple[str, int], tuple[tuple[int, int], ...]] = {}

    def routes(self, identifier: str, family: int) -> Routes | None:
        """A route table by its id; ``None``: not seen."""
        key = identifier, family
        if key not in self._routes:
            table = self.catalogue.tables.get(identifier)
            self._routes[key] = of_vpc(table, family, self.catalogue.ranges_of_list) if table else None
        return self._routes[key]

    def transit_routes(self, identifier: str, family: int) -> Routes | None:
        """A transit gateway's route table by its id; ``None``: not seen, or its routes were not."""
        key = identifier, family
        if key not in self._routes:
            table = self.catalogue.transit_tables.get(identifier)
            seen = table is not None and table.routes is not None
            self._routes[key] = (
                of_transit_gateway(table, family, self.catalogue.ranges_of_list) if table and seen else None
            )
        return self._routes[key]

    def routes_of(self, subnet: Subnet, family: int) -> Routes | None:
        """The routes of a subnet; ``None``: not seen."""
        key = subnet.subnet_id, family
        if key not in self._routes_of:
            table = self.catalogue.table_of(subnet)
            self._routes_of[key] = self.routes(table.route_table_id, family) if table else None
        return self._routes_of[key]

    def acl(self, subnet: Subnet, egress: bool, family: int) -> Acl | None:
        """One direction of a subnet's network ACL; ``None``: not seen."""
        key = subnet.subnet_id, egress, family
        if key not in self._acl_of:
            acl = self.catalogue.acl_of(subnet)
            self._acl_of[key] = self._compiled(acl, egress, family) if acl is not None else None
        return self._acl_of[key]

    def _compiled(self, acl: NetworkAcl, egress: bool, family: int) -> Acl:
        key = acl.network_acl_id, egress, family
        if key not in self._acls:
            self._acls[key] = Acl(acl, egress, family)
        return self._acls[key]

    def judge(self, acl: Acl, egress: bool, family: int, protocol: int, box: Box) -> Judgement:
        """What a network ACL does with a box of packets."""
        key = acl.id, egress, family, protocol, box
        found = self._judged.get(key)
        if found is None:
            found = self._judged[key] = acl.judge(protocol, box)
        return found

    def group(self, identifier: str, egress: bool) -> Group | None:
        """One direction of a security group; ``None``: not seen."""
        key = identifier, egress
        if key not in self._groups:
            group = self.catalogue.groups.get(identifier)
            self._groups[key] = Group(group, egress, self.catalogue.ranges_of_list) if group else None
        return self._groups[key]

    def admit(self, asked: Question) -> Admitted:
        """What security groups do with packets."""
        found = self._admitted.get(asked)
        if found is None:
            if len(self._admitted) >= _REMEMBERED:
                self._admitted.clear()
            every = [(identifier, self.group(identifier, asked.egress)) for identifier in sorted(asked.groups)]
            seen = tuple(group for _, group in every if group is not None)
            unseen = tuple(identifier for identifier, group in every if group is None)
            found = self._admitted[asked] = Admitted(admit(seen, asked), seen, unseen)
        return found

    def spans(self, subnet: Subnet, family: int) -> tuple[tuple[int, int], ...]:
        """The addresses that an interface in a subnet may have; empty: none of that family."""
        key = subnet.subnet_id, family
        if key not in self._spans:
            self._spans[key] = tuple(
                (one.low + RESERVED_FIRST, one.high - RESERVED_LAST)
                for one in ranges_of_subnet(subnet)
                if one.family == family and one.high - one.low > RESERVED_FIRST + RESERVED_LAST
            )
        return self._spans[key]

    def hop(self, said: tuple[Any, ...], header: Header | None) -> Hop:
        """A hop; those that are alike are one, for many flows pass the same components in the same way."""
        if header is not None:
            return Hop(**dict(zip(_HOP, said, strict=True)), header=header)
        found = self._hops.get(said)
        if found is None:
            found = self._hops[said] = Hop(**dict(zip(_HOP, said, strict=True)))
        return found

    def notice(self, code: str, component: str, detail: str) -> Notice:
        """A notice; those that are alike are one."""
        return self._notices.setdefault(
            (code, component, detail), Notice(code=code, component=component, detail=detail)
        )

    def resolvers(self, vpc: str) -> frozenset[tuple[int, int]]:
        """Where Amazon's resolver answers in a VPC: at the base of each of its IPv4 ranges plus two, and link-local."""
        if vpc not in self._resolvers:
            bases = {(V4, one.low + 2) for one in self.ranges_of_vpc(vpc) if one.family == V4}
            self._resolvers[vpc] = frozenset(bases | {(one.family, one.low) for one in RESOLVER})
        return self._resolvers[vpc]

    def boundaries(self, vpc: str, family: int, groups: frozenset[str]) -> frozenset[int]:
        """Where a rule, entry or route may begin to apply to a destination: between two, all addresses are alike.

        Of a VPC (empty: of any), for packets of some security groups. AWS's own prefix lists do not count: they are about
        its services, whose names tell what they are.
        """
        key = vpc, family, groups
        if key not in self._boundaries:
            found: set[int] = set()
            for table in self.catalogue.tables.values():
                compiled = self.routes(table.route_table_id, family) if vpc in ("", table.vpc_id) else None
                found.update(compiled.boundaries if compiled else ())
            for acl in self.catalogue.all(NetworkAcl):
                if vpc in ("", acl.vpc_id):
                    for egress in (True, False):
                        found.update(self._compiled(acl, egress, family).boundaries)
            for group in groups | self._forwarding:
                found |= self._edges_of_group(group, family)
            self._boundaries[key] = frozenset(found)
        return self._boundaries[key]

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
    def nodes(self) -> dict[tuple[str, int, int], Node]:
        """Who has an address, by VPC, family and address."""
        return {
            (one.vpc_id, *found): node_of(one)
            for one in self.catalogue.interfaces.values()
            for text in addresses_of(one)
            if (found := address(text)) is not None
        }

    @cached_property
    def _owners(self) -> dict[tuple[int, int], Node | None]:
        found: dict[tuple[int, int], Node | None] = {}
        for (_, family, number), node in self.nodes.items():
            found[family, number] = None if (family, number) in found else node
        return found

    def owner(self, family: int, number: int) -> Node | None:
        """Who has a private address, where only one VPC has it."""
        return self._owners.get((family, number))

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
    def public_nodes(self) -> dict[tuple[int, int], tuple[Node, int]]:
        """Who has a public IPv4 address, and the private one behind it."""
        found: dict[tuple[int, int], tuple[Node, int]] = {}
        for one in self.catalogue.interfaces.values():
            for inner, outer in public_addresses_of(one):
                numbers = address(inner), address(outer)
                if numbers[0] and numbers[1]:
                    found[numbers[1]] = node_of(one), numbers[0][1]
        return found


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
