"""A call comes back from JSON as it went: what stands in for a value is never taken for a value."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.model.call import Call, Ref
from doctor.model.redacted import Redacted

REF = Ref(step="publish", path="Version")
SECRET = Redacted(kind="credential", length=40, digest="abcdef")
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3) | st.sampled_from([REF, SECRET]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), PLAIN, max_size=4))
def test_parameters_come_back_as_they_went(parameters: dict[str, object]) -> None:
    call = Call(service="lambda", operation="UpdateAlias", parameters=parameters)

    assert msgspec.json.decode(msgspec.json.encode(call), type=Call) == call


@pytest.mark.parametrize("broken", [{"ref": "ref"}, {"redacted": "redacted", "kind": "none"}])
def test_what_is_neither_is_refused(broken: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        Call(service="lambda", operation="UpdateAlias", parameters={"FunctionVersion": broken})
