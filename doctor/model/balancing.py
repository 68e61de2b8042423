"""Load balancers that invoke functions, by the names of Elastic Load Balancing's API."""

from typing import Any

from doctor.model.record import Shape
from doctor.model.redacted import Redacted


class TargetHealth(Shape):
    """Whether a load balancer sends to a target, and if not, why."""

    state: str = ""
    reason: str = ""
    description: str = ""


class TargetDescription(Shape):
    """A target: of type ``lambda`` the ARN of a function, a version or an alias."""

    id: str
    availability_zone: str = ""


class TargetHealthDescription(Shape):
    """A target with its health."""

    target: TargetDescription
    target_health: TargetHealth | None = None


class TargetGroup(Shape, tag_field="type", tag="AWS::ElasticLoadBalancingV2::TargetGroup"):
    """A target group that invokes a function, with its target from ``DescribeTargetHealth``."""

    target_group_arn: str
    target_group_name: str = ""
    target_type: str = ""
    load_balancer_arns: tuple[str, ...] = ()
    health_check_enabled: bool = False
    health_check_timeout_seconds: int = 0
    target_health_descriptions: tuple[TargetHealthDescription, ...] | None = None
    """``None``: not read."""

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.target_group_arn


class Action(Shape):
    """What a listener does with a request: ``forward`` leads to target groups."""

    type: str = ""
    target_group_arn: str = ""
    forward_config: dict[str, Any] = {}
    order: int = 0


class RuleCondition(Shape):
    """Which requests a rule takes; values of headers and queries that could be secrets are ``Redacted``."""

    field: str = ""
    values: tuple[str | Redacted, ...] = ()


class Rule(Shape):
    """A rule of a listener."""

    rule_arn: str
    priority: str = ""
    """A number, or ``default``."""
    is_default: bool = False
    conditions: tuple[RuleCondition, ...] = ()
    actions: tuple[Action, ...] = ()


class Listener(Shape, tag_field="type", tag="AWS::ElasticLoadBalancingV2::Listener"):
    """A listener of a load balancer that invokes a function, with its rules from ``DescribeRules``."""

    listener_arn: str
    load_balancer_arn: str = ""
    port: int = 0
    protocol: str = ""
    default_actions: tuple[Action, ...] = ()
    rules: tuple[Rule, ...] | None = None
    """``None``: not read."""

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.listener_arn
