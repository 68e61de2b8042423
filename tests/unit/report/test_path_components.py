"""Every worked scenario in Reachability Analyzer's names, held against EC2's own description of them."""

import gzip
import json
from pathlib import Path
from typing import Any

import botocore
import pytest

from doctor.model.trace import Destination, Needed, Traced
from doctor.report.path_components import Analyses
from tests.unit.network.accounts import BY_ID
from tests.unit.network.scenarios import answer, resources

_OWN = {"Stage", "Verdict", "Rule", "Detail"}
_MODEL = Path(botocore.__file__).parent / "data" / "ec2" / "2016-11-15" / "service-2.json.gz"
_SHAPES: dict[str, Any] = json.loads(gzip.decompress(_MODEL.read_bytes()))["shapes"]


def _strange(value: Any, shape: str, at: str) -> list[str]:
    """Places at which there is a field that EC2's shape does not have, but for doctor's own."""
    model = _SHAPES[shape]
    if model["type"] == "list":
        return [
            one
            for number, part in enumerate(value)
            for one in _strange(part, model["member"]["shape"], f"{at}/{number}")
        ]
    if model["type"] != "structure":
        return []
    members = model["members"]
    found = [f"{at}/{name}" for name in value.keys() - members.keys() - _OWN]
    known = [name for name in value if name in members]
    return found + [one for name in known for one in _strange(value[name], members[name]["shape"], f"{at}/{name}")]


@pytest.mark.parametrize("name", sorted(BY_ID))
def test_components_and_explanations_have_the_names_that_ec2_gives_them(name: str) -> None:
    scenario = BY_ID[name]
    traced = Traced(needed=Needed(destination=Destination(kind="host", value="x"), told=()), trace=answer(scenario))

    told = Analyses(resources(scenario["snapshot"])).of(traced)

    assert told["analyses"] or traced.trace.blockers[0].code == "DR_FUNCTION_STATE"
    for number, one in enumerate(told["analyses"]):
        for side in ("ForwardPathComponents", "ReturnPathComponents"):
            assert _strange(one[side], "PathComponentList", f"{number}/{side}") == []
        assert _strange(one["Explanations"], "ExplanationList", str(number)) == []
        assert _strange(one["AdditionalDetails"], "AdditionalDetailList", str(number)) == []
        assert one["NetworkPathFound"] == (one["Verdict"] == "reachable")
