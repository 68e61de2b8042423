"""The role that a call of IAM's names."""

from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.identity import Role


def role_named(world: World, call: Call) -> Role:
    """The role that a call names; within an account names are unique whatever the path.

    Raises:
        LookupError: it is not in the snapshot.
    """
    for role in world.all(Role):
        if (role.role_name, arns.account(role.arn)) == (call.parameters["RoleName"], call.account):
            return role
    raise LookupError(f"{call.name}: the role {call.parameters['RoleName']} is not in the snapshot")
