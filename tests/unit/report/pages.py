"""Every page that the producers make of the sample account, by name: what the goldens and the general truths go through."""

from collections.abc import Callable
from datetime import timedelta

from doctor.model.events import Gauge, Line, Phase, Progress
from doctor.report.lines import (
    Glyphs,
    comparison,
    config,
    findings,
    fix,
    forms,
    frame,
    functions,
    incidents,
    keysheet,
    logs,
    metrics,
    permissions,
    raw,
    receipt,
    regions,
    rule,
    rulebook,
    run,
    scene,
    states,
    trace,
    why,
    work,
)
from doctor.report.lines import Line as Shown
from tests.tui import answers, runs, samples
from tests.unit.report import gated, traces

Page = Callable[[int, Glyphs], list[Shown]]

WIDTHS = (40, 78, 118, 200)


def _context(minutes: int, **changes) -> frame.Context:
    told = {
        "source": samples.OVERVIEW.source,
        "account": samples.ACCOUNT,
        "region": samples.REGION,
        "taken_at": samples.NOW,
        "now": samples.NOW + timedelta(minutes=minutes),
        "crumbs": ("Functions", "report-export", "Fix A"),
    }
    return frame.Context(**{**told, **changes})


def _frame(width: int, glyphs: Glyphs) -> list[Shown]:
    collecting = Progress(what="collecting", done=612, total=841, waiting="throttled 3x")
    keys = [
        ("Enter", "open"),
        ("/", "filter"),
        ("r", "reproduce"),
        ("f", "fix"),
        ("y", "copy"),
        ("?", "keys"),
        ("q", "quit"),
    ]
    return [
        frame.context(_context(3), width, glyphs),
        frame.context(_context(180, changes_allowed=True), width, glyphs),
        frame.context(_context(0, account="", taken_at=None), width, glyphs),
        frame.context(_context(3, source="team.json", live=False), width, glyphs),
        frame.activity(collecting, width, glyphs, "Ctrl+X cancel"),
        frame.activity(collecting, width, glyphs, "Ctrl+X cancel", elapsed=200.0),
        frame.footer(keys, width, glyphs),
    ]


def _scene(width: int, glyphs: Glyphs) -> list[Shown]:
    """A run that has an event, one that has only an empty one, and one that looks for events."""
    found, empty = answers.EVENTS
    return [
        *scene.page(found, answers.EVENTS, samples.SLOW, width, glyphs),
        *scene.waiting(found, width, glyphs),
        *scene.page(empty, (empty,), samples.NETWORK, width, glyphs),
        *scene.waiting(empty, width, glyphs),
        *scene.page(None, (), None, width, glyphs),
        *scene.waiting(None, width, glyphs),
    ]


def _live(width: int, glyphs: Glyphs) -> list[Shown]:
    state = run.Live(
        phases=tuple(event for event in runs.EVENTS if isinstance(event, Phase))[:2],
        gauge=next(event for event in runs.EVENTS if isinstance(event, Gauge)),
        lines=(*(event for event in runs.EVENTS if isinstance(event, Line)), *gated.MET),
    )
    return run.live(state, width, glyphs)


LOOKED = (
    ("AWS_ACCESS_KEY_ID", "not set"),
    ("~/.aws/config", "profiles: default, prod (aws sso login --profile prod)"),
    ("~/.aws/credentials", "not there"),
)


def _states(width: int, glyphs: Glyphs) -> list[Shown]:
    return [
        *states.loading("profile prod", width, glyphs),
        *states.nothing_applied(width, glyphs),
        *states.no_functions(samples.OVERVIEW, width, glyphs),
        *states.nothing_matches("runtime:go !ok", 841, width, glyphs),
        *states.no_account("no credentials were found", LOOKED, width, glyphs),
        *states.busy("Following its packets", width, glyphs),
        *states.failed(states.worker_died(-9, "MemoryError"), "R starts it again.", width, glyphs),
        *states.not_seen(samples.OVERVIEW.not_seen, width, glyphs),
        *states.not_seen((), width, glyphs),
    ]


PAGES: dict[str, Page] = {
    "functions": lambda width, glyphs: functions.table(samples.ROWS, width, glyphs),
    "views": lambda width, glyphs: [
        functions.views(("mine", "slow [b]ones[/]"), chosen, width, glyphs) for chosen in ("", "mine", None)
    ],
    "tally": lambda _width, _glyphs: [functions.tally(samples.ROWS)],
    "frame": _frame,
    "why-slow": lambda width, glyphs: why.page(samples.SLOW, width, glyphs),
    "why-network": lambda width, glyphs: why.page(samples.NETWORK, width, glyphs),
    "why-consequence": lambda width, glyphs: why.page(
        samples.NETWORK, width, glyphs, fingerprint="n2", next_commands=False
    ),
    "why-healthy": lambda width, glyphs: why.page(samples.HEALTHY, width, glyphs),
    "why-unexplained": lambda width, glyphs: why.page(samples.UNEXPLAINED, width, glyphs),
    "findings": lambda width, glyphs: findings.page(samples.NETWORK, width, glyphs),
    "rule": lambda width, glyphs: rule.page(samples.SLOW.rules[0], width, glyphs),
    "logs": lambda width, glyphs: logs.page(samples.SLOW, width, glyphs),
    "logs-wrapped": lambda width, glyphs: logs.page(samples.SLOW, width, glyphs, wrap=True),
    "logs-only": lambda width, glyphs: [
        *logs.page(samples.SLOW, width, glyphs, only="secret !REPORT"),
        *logs.page(samples.SLOW, width, glyphs, since=samples.NOW - timedelta(minutes=5)),
        *logs.page(samples.SLOW, width, glyphs, only="nothing like it", since=samples.NOW - timedelta(hours=1)),
    ],
    "metrics-since": lambda width, glyphs: metrics.page(
        samples.SLOW, width, glyphs, start=samples.NOW - timedelta(hours=1)
    ),
    "logs-none": lambda width, glyphs: logs.page(samples.HEALTHY, width, glyphs),
    "metrics": lambda width, glyphs: metrics.page(samples.SLOW, width, glyphs),
    "metrics-none": lambda width, glyphs: metrics.page(samples.HEALTHY, width, glyphs),
    "config": lambda width, glyphs: config.page(samples.SLOW, width, glyphs),
    "config-vpc": lambda width, glyphs: config.page(samples.NETWORK, width, glyphs),
    "raw": lambda width, glyphs: raw.page(samples.SLOW, width, glyphs),
    "run-live": _live,
    "run": lambda width, glyphs: run.page(runs.REPRODUCED, width, glyphs, cloud=samples.SLOW.invocations[0]),
    "run-mended": lambda width, glyphs: run.page(
        runs.REPRODUCED, width, glyphs, cloud=samples.SLOW.invocations[0], mended=("A", runs.WENT_THROUGH)
    ),
    "scene": _scene,
    "run-gated": lambda width, glyphs: run.page(gated.MADE, width, glyphs),
    "fix": lambda width, glyphs: fix.page(runs.FINDING, 0, None, width, glyphs),
    "fix-proved": lambda width, glyphs: fix.page(runs.FINDING, 0, runs.PROVED, width, glyphs),
    "fix-unproved": lambda width, glyphs: fix.page(runs.FINDING, 0, runs.UNPROVED, width, glyphs),
    "fix-diff": lambda width, glyphs: fix.page(
        runs.FINDING, 0, runs.PROVED, width, glyphs, form="diff", rehearsed={0: runs.PROVED, 1: runs.UNPROVED}
    ),
    "fix-forms": lambda width, glyphs: [
        line for form in forms.FORMS[1:] for line in fix.page(runs.FINDING, 0, None, width, glyphs, form=form)
    ],
    "fix-manual": lambda width, glyphs: fix.page(runs.FINDING, 1, None, width, glyphs),
    "trace": lambda width, glyphs: trace.page("f", traces.SEVERAL, width, glyphs, unread=traces.UNREAD),
    "trace-half": lambda width, glyphs: trace.page("f", traces.HALF, width, glyphs),
    "trace-unseen": lambda width, glyphs: trace.page("f", traces.UNSEEN, width, glyphs),
    "trace-nothing": lambda width, glyphs: trace.page("f", (), width, glyphs, unread=traces.UNREAD),
    "permissions": lambda width, glyphs: permissions.page("f", answers.PERMITTING, width, glyphs),
    "permissions-nothing": lambda width, glyphs: permissions.page("f", answers.NOTHING_ASKED, width, glyphs),
    "incidents": lambda width, glyphs: incidents.table(answers.INCIDENTS, width, glyphs),
    "incidents-list": lambda width, glyphs: [
        line for one in answers.INCIDENTS for line in incidents.entry(one, width, glyphs)
    ],
    "regions": lambda width, glyphs: [regions.entry(one, width, glyphs) for one in answers.REGIONS],
    "rulebook": lambda width, glyphs: [line for one in answers.RULES for line in rulebook.page(one, width, glyphs)],
    "rulebook-tried": lambda width, glyphs: [
        line for one in answers.RULES for line in rulebook.tried(one.card, samples.SLOW, width, glyphs)
    ],
    "rulebook-list": lambda width, glyphs: [
        line for one in answers.RULES for line in rulebook.entry(one, width, glyphs)
    ],
    "comparison": lambda width, glyphs: comparison.page(answers.COMPARISON, width, glyphs),
    "comparison-all": lambda width, glyphs: comparison.page(answers.COMPARISON, width, glyphs, everything=True),
    "comparison-alone": lambda width, glyphs: comparison.page(answers.CLOUDTRAIL_ONLY, width, glyphs),
    "work": lambda width, glyphs: work.page(answers.JOBS, answers.CALLS, width, glyphs),
    "work-nothing": lambda width, glyphs: work.page((), (), width, glyphs, writes=True),
    "receipt": lambda width, glyphs: receipt.page(runs.RECEIPT, runs.VERIFICATION, width, glyphs),
    "receipt-sending": lambda width, glyphs: [
        *receipt.sending(runs.PROVED.plan.steps, runs.SENDING, width, glyphs),
        *receipt.sending((), runs.SENDING[:1], width, glyphs, undo=True),
    ],
    "receipt-list": lambda width, glyphs: [
        line for one in (runs.RECEIPT, runs.UNDONE, runs.STOPPED) for line in receipt.entry(one, width, glyphs)
    ],
    "receipt-stopped": lambda width, glyphs: receipt.page(runs.STOPPED, None, width, glyphs),
    "receipt-undone": lambda width, glyphs: receipt.page(runs.UNDONE, None, width, glyphs),
    "keys": lambda width, glyphs: keysheet.page(
        [("Enter", "open the function"), ("r", "run the failing invocation here")],
        [("?", "this help"), ("q", "back; quit at the top"), ("j", "move down")],
        width,
        glyphs,
    ),
    "states": _states,
}
