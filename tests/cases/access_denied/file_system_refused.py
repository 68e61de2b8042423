from doctor.model.invoking import FileSystemConfig
from doctor.testing.world import ACCOUNT, REGION, allow, function, role, world

POINT = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:access-point/fsap-0123"
BARE = role()
MAY = role(allow("elasticfilesystem:Client*"))


def _mounting(arn=POINT, code="EFSMountFailure", **fields):
    configs = (FileSystemConfig(arn=arn, local_mount_path="/mnt/data"),)
    state = {"state": "Inactive", "state_reason_code": code} if code else {}
    return function(role=BARE.arn, file_system_configs=configs, **{**state, **fields})


BROKEN = {
    "the role allows nothing": world(_mounting(), BARE),
    "the role may mount, and not write": world(_mounting(), role(allow("elasticfilesystem:ClientMount"))),
    "the role may do both": world(_mounting(), MAY),
    "an update failed by it": world(
        _mounting(code="", last_update_status="Failed", last_update_status_reason_code="EFSMountFailure"), BARE
    ),
    "S3 Files": world(_mounting(f"arn:aws:s3files:{REGION}:{ACCOUNT}:access-point/x", "S3FilesMountFailure"), BARE),
}

HEALTHY = {
    "it is mounted": world(_mounting(code=""), BARE),
    "it cannot be reached": world(_mounting(code="EFSMountConnectivityError"), BARE),
    "it answers too late": world(_mounting(code="EFSMountTimeout"), BARE),
    "S3 Files cannot be reached": world(_mounting(code="S3FilesMountConnectivityError"), BARE),
    "there is none": world(function(role=BARE.arn), BARE),
}
