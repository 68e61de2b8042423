"""EFS: the file systems that functions mount, their ways in, and where they are reached."""

from typing import Any

from doctor.aws.decode import JSON
from doctor.aws.draft import Draft
from doctor.model import arns
from doctor.model.backends import AccessPoint, FileSystem, MountTarget

OPERATIONS = (
    "DescribeFileSystems",
    "DescribeFileSystemPolicy",
    "DescribeMountTargets",
    "DescribeMountTargetSecurityGroups",
)
"""What is asked for after the access point."""
_NO_ACCESS_POINT = ("AccessPointNotFound",)
_NO_FILE_SYSTEM = ("FileSystemNotFound",)


def mounted(draft: Draft, arn: str) -> None:
    """What an access point leads to, or a file system."""
    kind, _, identifier = arn.rpartition(":")[2].partition("/")
    if kind == "file-system":
        _file_system(draft, identifier)
        return
    asked: dict[str, Any] = {"about": arn, "absent": _NO_ACCESS_POINT, "AccessPointId": identifier}
    for raw in draft.listed("efs", "DescribeAccessPoints", "AccessPoints", **asked):
        draft.add_all(AccessPoint, [raw], "efs:DescribeAccessPoints")
        _file_system(draft, raw["FileSystemId"])


def _file_system(draft: Draft, identifier: str) -> None:
    asked: dict[str, Any] = {"absent": _NO_FILE_SYSTEM, "FileSystemId": identifier}
    for raw in draft.listed("efs", "DescribeFileSystems", "FileSystems", about=_arn(draft, identifier), **asked):
        arn = raw.get("FileSystemArn") or _arn(draft, identifier)
        policy = draft.read(
            "efs", "DescribeFileSystemPolicy", about=arn, absent=("PolicyNotFound",), FileSystemId=identifier
        )
        told = {key: value for key, value in raw.items() if key != "SizeInBytes"}  # which is another every hour
        told |= {"FileSystemArn": arn, "Policy": JSON(policy["Policy"]) if policy else None}
        draft.add_all(FileSystem, [told], "efs:DescribeFileSystems")
        _mount_targets(draft, arn, identifier)


def _arn(draft: Draft, identifier: str) -> str:
    return f"arn:aws:elasticfilesystem:{draft.aws.region}:{draft.aws.account}:file-system/{identifier}"


def _mount_targets(draft: Draft, about: str, identifier: str) -> None:
    for raw in draft.listed("efs", "DescribeMountTargets", "MountTargets", about=about, FileSystemId=identifier):
        mount = raw["MountTargetId"]
        arn = f"{_arn(draft, identifier)}/mount-target/{arns.name(mount)}"
        groups = draft.read("efs", "DescribeMountTargetSecurityGroups", about=arn, MountTargetId=mount)
        seen = {} if groups is None else {"SecurityGroups": groups["SecurityGroups"]}
        draft.add_all(MountTarget, [{**raw, **seen, "arn": arn}], "efs:DescribeMountTargets")
