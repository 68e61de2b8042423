"""Every format of a check tells the same things, and none is led astray by what the data say."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from doctor.report import github, json_report, junit, markdown, sarif, told
from doctor.report.lines import check
from doctor.report.lines.glyphs import ASCII
from doctor.report.lines.spans import plain
from tests.unit.report import reported

FORMATS: dict[str, Callable[[], str]] = {
    "text": lambda: plain(check.page(reported.report(), 4000, ASCII)),
    "github": lambda: github.render(reported.report()),
    "junit": lambda: junit.render(reported.report()),
    "markdown": lambda: markdown.render(reported.report()),
    "sarif": lambda: sarif.render(reported.report()),
}
TOLD = {
    "the root": "no route",
    "how sure it is": "confidence likely",
    "whom it hits": "hits 7 functions: hit-0, hit-1, hit-2, hit-3, hit-4 and 2 more",
    "of what it is a consequence": "a consequence of no-way-out on rtb-1",
    "evidence in AWS's spelling": "PolicyName",
    "where evidence was seen": "iam:GetRole",
    "a fix": "fix: open the route (safe)",
    "a failure that nobody explains": "ValueError, 3 times",
    "what was not seen": "logs:FilterLogEvents of dark denied: not allowed",
    "a rule that crashed, once": "KeyError: 'x' (mine/broken_rule.py:12), on pay and 2 more",
    "why something is suppressed": "a team of one, until 2027-03-01",
    "an expired suppression": reported.EXPIRED,
    "stale entries of a baseline": reported.STALE,
    "a snapshot that is too old": reported.OLD,
}


def _words(text: str) -> str:
    """What is read: without quoting, in one line."""
    text = re.sub(r"\\(.)", r"\1", text).replace("&#64;", "@").replace("&gt;", ">").replace("&lt;", "<")
    return " ".join(text.replace('\\"', '"').replace("%0A", " ").replace("%3A", ":").split())


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("what", TOLD)
def test_it_is_told(name: str, what: str) -> None:
    said = _words(FORMATS[name]())

    assert TOLD[what] in said.replace("`", "") if name == "markdown" else TOLD[what] in said


@pytest.mark.parametrize("name", FORMATS)
def test_no_python_and_no_control_character_is_told(name: str) -> None:
    text = FORMATS[name]()

    assert not re.search(r"\w+\(\w+=|[\x00-\x08\x0b-\x1f\x7f]", text)


@pytest.mark.parametrize("name", FORMATS)
def test_a_rule_that_crashed_thrice_is_one_line(name: str) -> None:
    assert _words(FORMATS[name]()).count("mine/broken_rule.py:12") == 1


def test_json_has_the_whole_report() -> None:
    known = msgspec.json.decode(json_report.render(reported.report()))

    assert known["diagnosis"]["remarks"] == [reported.EXPIRED, reported.STALE, reported.OLD]
    assert known["fail_on"] == "high"
    assert len(known["diagnosis"]["crashes"]) == 3


COMMAND = re.compile(r"::(error|warning|notice) title=[^:,\n]+::[^\n]+")


def test_github_reads_one_command_a_line_and_none_from_the_data() -> None:
    *commands, last = github.render(reported.report()).splitlines()

    assert [one for one in commands if not COMMAND.fullmatch(one)] == []
    assert sum("::error::e" in one for one in commands) == 3  # every finding cites it, as text
    assert all("%250A::error::e" in one for one in commands if "::error::e" in one)
    assert last.startswith("3 findings (1 critical, 1 high, 1 low)")


def test_what_must_not_be_overlooked_comes_first_and_as_a_warning() -> None:
    first = github.render(reported.report()).splitlines()[:3]

    assert first == [f"::warning title=doctor::{text}" for text in (reported.EXPIRED, reported.STALE, reported.OLD)]


def test_markdown_is_no_markup_from_the_data() -> None:
    text = markdown.render(reported.report())
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "CODE", re.sub(r"\\.", "", text))
    table = [line for line in text.splitlines() if line.startswith("|")]

    assert not re.search(r"<(?!/?details>|/?summary>)|@j|\]\(", outside)
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {5}


def test_markdown_is_no_longer_than_github_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "_LONGEST", 600)
    text = markdown.render(reported.report())

    assert len(text.encode()) < 800
    assert re.search(r"\*\*\d+ lines left out: more than GitHub takes", text)


@pytest.mark.parametrize("text", ["plain", "`", "a`b", "``", "a ``` b", "`a`", ""])
def test_code_ends_where_it_ends(text: str) -> None:
    span = markdown._code(text)
    fence = re.match("`+", span)

    assert fence is not None
    assert span.endswith(fence[0])
    assert fence[0] not in re.findall("`+", span[len(fence[0]) : -len(fence[0])])


SUITE = ["properties", "testcase", "system-out", "system-err"]
"""The children of a suite, in the order that readers of JUnit agree on."""
REQUIRED = {
    "testsuite": {"name", "timestamp", "hostname", "tests", "failures", "errors", "skipped", "time"},
    "properties": set(),
    "property": {"name", "value"},
    "testcase": {"name", "classname", "time"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"message"},
    "system-out": set(),
    "system-err": set(),
}


def test_junit_has_the_shape_that_its_readers_want() -> None:
    suite = ET.fromstring(junit.render(reported.report()))  # noqa: S314 -- it is our own
    order = [SUITE.index(child.tag) for child in suite]
    cases = suite.findall("testcase")

    assert {one.tag: set(one.attrib) for one in suite.iter()} == REQUIRED
    assert order == sorted(order)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
    assert max(len(case) for case in cases) == 1
    assert [int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")] == [
        len(cases),
        *(len(suite.findall(f"testcase/{kind}")) for kind in ("failure", "error", "skipped")),
    ]


def test_junit_fails_what_the_exit_code_fails_and_passes_only_what_was_looked_at() -> None:
    suite = ET.fromstring(junit.render(reported.report()))  # noqa: S314 -- it is our own
    ended = {
        (case.attrib["classname"], case.attrib["name"]): case[0].tag if len(case) else "passed"
        for case in suite.findall("testcase")
    }

    assert ended == {
        ("no-way-out", "rtb-1"): "failure",
        ("slow-call", "pay"): "failure",
        ("old-runtime", "old"): "system-out",  # below --fail-on: it passes, and tells why it is here
        ("no-alarm", "quiet"): "skipped",
        ("broken-rule", "the rule itself"): "error",
        ("not seen", "logs:FilterLogEvents of dark denied: not allowed"): "skipped",
        ("remark", reported.EXPIRED): "skipped",
        ("remark", reported.STALE): "skipped",
        ("remark", reported.OLD): "skipped",
        ("function", "riddle"): "skipped",
        ("function", "dark"): "skipped",
        ("function", "well"): "passed",
    }


LEVELS = {"error", "warning", "note"}


@dataclass(frozen=True)
class Shape:
    """An object of SARIF 2.1.0: the properties that it must and may have, of those that doctor knows."""

    must: dict[str, object]
    may: dict[str, object] = field(default_factory=dict)


TEXT = Shape({"text": str}, {"markdown": str})
LOCATION = Shape(
    {
        "physicalLocation": Shape({"artifactLocation": Shape({"uri": str}), "region": Shape({"startLine": int})}),
        "logicalLocations": [Shape({"fullyQualifiedName": str, "kind": str})],
    }
)
SARIF = Shape(
    {
        "$schema": str,
        "version": {"2.1.0"},
        "runs": [
            Shape(
                {
                    "tool": Shape(
                        {
                            "driver": Shape(
                                {
                                    "name": str,
                                    "version": str,
                                    "rules": [
                                        Shape(
                                            {
                                                "id": str,
                                                "shortDescription": TEXT,
                                                "help": TEXT,
                                                "defaultConfiguration": Shape({"level": LEVELS}),
                                                "properties": dict,
                                            }
                                        )
                                    ],
                                }
                            )
                        }
                    ),
                    "invocations": [
                        Shape(
                            {
                                "executionSuccessful": bool,
                                "toolExecutionNotifications": [
                                    Shape({"level": LEVELS, "message": TEXT}, {"associatedRule": Shape({"id": str})})
                                ],
                            }
                        )
                    ],
                    "results": [
                        Shape(
                            {
                                "ruleId": str,
                                "level": LEVELS,
                                "message": TEXT,
                                "locations": [LOCATION],
                                "relatedLocations": [LOCATION],
                                "partialFingerprints": dict,
                                "properties": dict,
                            },
                            {
                                "ruleIndex": int,
                                "suppressions": [
                                    Shape(
                                        {
                                            "kind": {"external", "inSource"},
                                            "status": {"accepted", "underReview", "rejected"},
                                            "justification": str,
                                        }
                                    )
                                ],
                            },
                        )
                    ],
                    "properties": dict,
                }
            )
        ],
    }
)
"""What the standard calls the parts that doctor writes, and which values they have: the rest of it is not for us."""


def _misshapen(value: object, shape: object, path: str = "$") -> list[str]:
    if isinstance(shape, Shape):
        if not isinstance(value, dict):
            return [f"{path}: no object"]
        known = {**shape.must, **shape.may}
        wrong = [f"{path}.{name}" for name in (shape.must.keys() - value.keys()) | (value.keys() - known.keys())]
        return wrong + [
            bad
            for name in value.keys() & known.keys()
            for bad in _misshapen(value[name], known[name], f"{path}.{name}")
        ]
    if isinstance(shape, list):
        items = value if isinstance(value, list) else [None]
        return [bad for place, one in enumerate(items) for bad in _misshapen(one, shape[0], f"{path}[{place}]")]
    if isinstance(shape, set):
        return [] if value in shape else [f"{path}: {value}"]
    assert isinstance(shape, type)
    return [] if isinstance(value, shape) else [f"{path}: {value!r}"]


def test_sarif_has_the_standards_shape() -> None:
    made = json.loads(sarif.render(reported.report()))
    (run,) = made["runs"]

    assert _misshapen(made, SARIF) == []
    assert [len(one.get("suppressions", ())) for one in run["results"]] == [0, 0, 0, 1]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert all(
        run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"]
        for one in run["results"]
        if "ruleIndex" in one
    )
    assert all(
        re.fullmatch(r"[\w./%-]+", one["physicalLocation"]["artifactLocation"]["uri"])
        for result in run["results"]
        for one in result["locations"]
    )
    assert "](" not in sarif.render(reported.report())


def test_what_failed_alike_is_told_once() -> None:
    diagnosis = reported.report().diagnosis

    assert [one.subjects for one in told.broken(diagnosis.crashes)] == [
        tuple(map(reported.arn, ("pay", "old", "dark")))
    ]
    assert [one.rules for one in told.unseen(diagnosis.skips)] == [("out-of-memory", "tmp-full")]


@settings(max_examples=60, deadline=None)
@given(text=st.text(min_size=1, max_size=40))
def test_no_text_breaks_out_of_its_place(text: str) -> None:
    """Whatever a log or a name brings, it stays the text of one annotation, one cell, one element, one string."""
    made = reported.report()
    finding = replace(reported.SYMPTOM, problem=replace(reported.SYMPTOM.problem, message=text))
    made = replace(made, diagnosis=replace(made.diagnosis, findings=(finding,), remarks=(text,)))
    *commands, _ = github.render(made).split("\n")[:-1]
    table = [line for line in markdown.render(made).split("\n") if line.startswith("|")]

    assert [one for one in commands if not COMMAND.fullmatch(one)] == []
    assert {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in table} == {5}
    assert ET.fromstring(junit.render(made)).tag == "testsuite"  # noqa: S314 -- it is our own
    assert _misshapen(json.loads(sarif.render(made)), SARIF) == []
