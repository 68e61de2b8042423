"""IAM's resources, by the names of ``GetAccountAuthorizationDetails``."""

from typing import Any

from doctor.model.record import Shape


class AttachedPolicy(Shape):
    """A managed policy that is attached."""

    policy_name: str
    policy_arn: str


class AttachedPermissionsBoundary(Shape):
    """The managed policy that bounds what a role may do."""

    permissions_boundary_type: str = "Policy"
    permissions_boundary_arn: str


class PolicyDetail(Shape):
    """An inline policy."""

    policy_name: str
    policy_document: dict[str, Any]


class Role(Shape, tag_field="type", tag="AWS::IAM::Role"):
    """A role with every policy that grants or bounds."""

    arn: str
    role_name: str
    role_id: str = ""
    path: str = "/"
    assume_role_policy_document: dict[str, Any] = {}
    role_policy_list: tuple[PolicyDetail, ...] = ()
    attached_managed_policies: tuple[AttachedPolicy, ...] = ()
    permissions_boundary: AttachedPermissionsBoundary | None = None


class Group(Shape, tag_field="type", tag="AWS::IAM::Group"):
    """A group of users, with the policies that it gives to each."""

    arn: str
    group_name: str
    path: str = "/"
    group_policy_list: tuple[PolicyDetail, ...] = ()
    attached_managed_policies: tuple[AttachedPolicy, ...] = ()


class User(Shape, tag_field="type", tag="AWS::IAM::User"):
    """A user with every policy that grants or bounds, but for those of its groups."""

    arn: str
    user_name: str
    path: str = "/"
    user_policy_list: tuple[PolicyDetail, ...] = ()
    attached_managed_policies: tuple[AttachedPolicy, ...] = ()
    permissions_boundary: AttachedPermissionsBoundary | None = None
    group_list: tuple[str, ...] = ()
    """Names of its groups."""


class PolicyVersion(Shape):
    """One version of a managed policy's document."""

    document: dict[str, Any]
    version_id: str
    is_default_version: bool = False


class ManagedPolicy(Shape, tag_field="type", tag="AWS::IAM::ManagedPolicy"):
    """A managed policy that a role of the snapshot uses."""

    arn: str
    policy_name: str
    path: str = "/"
    default_version_id: str = "v1"
    policy_version_list: tuple[PolicyVersion, ...] = ()
