"""A function's layers come with its code, from the account or in a bundle; one that is missing is said."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest

from doctor.aws.embedded.account import Embedded
from doctor.aws.session import Aws
from doctor.errors import SandboxError
from doctor.model.function import Layer
from doctor.model.snapshot import Identity
from doctor.model.target import Target
from doctor.pipeline import Account, Case
from doctor.reproducing.run import code_of, reproduce
from doctor.sandbox.abilities import abilities
from doctor.testing.world import ACCOUNT, REGION, function, world
from tests.unit.sandbox.support import OWN_PYTHON, finish

GONE = f"arn:aws:lambda:{REGION}:999988887777:layer:theirs:4"


def zipped(name: str, text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


def published(embedded: Embedded) -> str:
    """A function with a layer in an account; the layer's ARN."""
    client: Any = boto3.client("lambda", endpoint_url=embedded.endpoint, region_name=REGION)
    iam: Any = boto3.client("iam", endpoint_url=embedded.endpoint, region_name=REGION)
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps({"Statement": []}))
    content = {"ZipFile": zipped("python/shared.py", "NAME = 'of the layer'\n")}
    arn = str(client.publish_layer_version(LayerName="mine", Content=content)["LayerVersionArn"])
    client.create_function(
        FunctionName="f",
        Runtime=OWN_PYTHON,
        Handler="app.handler",
        Role=f"arn:aws:iam::{ACCOUNT}:role/r",
        Code={"ZipFile": zipped("app.py", "import shared\ndef handler(event, context): return shared.NAME\n")},
        Layers=[arn],
    )
    return arn


def test_a_layer_is_fetched_and_one_that_is_gone_is_said(tmp_path: Path) -> None:
    if lacking := [one.note for one in abilities() if one.dimension == "files" and not one.by]:
        pytest.skip(lacking[0])
    with Embedded.start(region=REGION, account=ACCOUNT) as embedded:
        arn = published(embedded)
        session = botocore.session.Session()
        session.set_credentials("embedded", "embedded")
        account = Account(
            aws=Aws(session, REGION, embedded.endpoint), identity=Identity(account=ACCOUNT, arn="arn:aws:iam::1:user/u")
        )
        subject = function(runtime=OWN_PYTHON, layers=(Layer(arn=arn), Layer(arn=GONE)))
        case = Case(target=Target(), account=account, world=world(subject), rules=())
        ready = code_of(case, subject, tmp_path)
        made = finish(reproduce(case, subject))[0]

    assert [(one.name, (one / "python" / "shared.py").is_file()) for one in ready.layers] == [("layer0", True)]
    assert [one.startswith(f"a layer was left out: {GONE}") for one in ready.assumptions] == [True]
    assert made.run is not None
    assert made.run.outcome.payload == "of the layer"


def test_a_snapshot_without_the_layers_says_so(tmp_path: Path) -> None:
    (tmp_path / "code" / "f").mkdir(parents=True)
    subject = function(layers=(Layer(arn=GONE),))
    case = Case(target=Target(snapshot=str(tmp_path)), account=None, world=world(subject), rules=())

    assert code_of(case, subject, tmp_path).assumptions == (f"its layers were left out: {GONE}",)
    (tmp_path / "layers" / "00").mkdir(parents=True)
    assert code_of(case, subject, tmp_path).assumptions == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"package_type": "Image", "runtime": None}, "container image"), ({"runtime": "java21"}, "cannot run java21")],
)
def test_what_nothing_here_runs_is_refused_before_its_code_is_looked_for(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    one = function(**changes)
    case = Case(target=Target(snapshot=str(tmp_path)), account=None, world=world(one), rules=())

    with pytest.raises(SandboxError, match=words):
        finish(reproduce(case, one))
