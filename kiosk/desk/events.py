"""The desk's events for programs: one JSON object a line on standard output (contract, section 4).

``ready``: the first scan can be taken. ``opened``: gateway and records have been opened behind it.
``state``: what the desk is doing, what lies over it, how many wait. ``verdict``, ``recorded``, ``queued``
and ``message``: as they come. ``rechecked``: a late answer, or another look-up in vain; ``tasks``: how many
late answers want a person; ``task_done``; ``outbox``: something owed cannot be read. ``camera`` and
``serial``: the reader's new state. ``gateway``: the desk has gone offline (with the reason) or is back.
``offered``: name and birth date are offered for the number in the form. ``assistant``: what
the registration assistant does (its step, never a value). ``tested``: what the scanner's test
found. ``missing``: what live work lacks; ``set_up``: the wizard's step, what was
saved or went wrong; ``settings``: shown, which were saved, or what went wrong; ``restarting``: the window is
opened again with them.
``checked_up``: how many checks the doctor made, how many to mend. ``upkeep``: whether there is a
backup, or what ails it. ``retention``: how much was deleted after its term, or why not.
``ticket``: what came of printing one. ``listed``: how many visits were found for today's list, and how many
rows are there now. ``visit_opened``: one of them, with how many steps. ``cancelled``: a visit was taken
back. ``number_shown``: a number stands in full.
``difficulty``: one was filed, or why not; ``difficulty_described``, ``difficulties_marked``,
``difficulties_reported``: done; ``difficulties``: how many are open. ``locked``: why nobody is logged in
now (``start``, ``key``, ``idle``). ``manage``: a section of the managing page was opened, or what it did, by
its stable word. ``notice``: which version patients may read in their own window. ``logged_in``: account and
role; ``log_in_refused``: why.
No event holds a name or a full number.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any, TextIO

from kiosk.desk.flow import (
    CancelQuestion,
    Choosing,
    Flow,
    Incomplete,
    LookingUp,
    ManualForm,
    Message,
    Page,
    Papers,
    PriorityList,
    Reading,
    Ready,
    Recorded,
    Recording,
    SetUp,
    Stage,
    VerdictShown,
    VisitOpened,
)
from kiosk.visits.model import Visit

Event = dict[str, Any]


class EventStream:
    """Writes events, or swallows them when nobody asked for them or nobody listens any more."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    @classmethod
    def to_stdout(cls, *, wanted: bool) -> EventStream:
        return cls(sys.stdout if wanted else None)

    def write(self, event: str, **values: Any) -> None:
        if self._stream is None:
            return
        line = json.dumps({"event": event, **values}, ensure_ascii=False)
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            self._stream = None
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.close()


_STATE_NAMES: dict[type[Stage], str] = {
    Ready: "ready",
    Reading: "reading",
    Choosing: "choosing",
    Incomplete: "incomplete",
    LookingUp: "looking_up",
    VerdictShown: "verdict",
    Recording: "recording",
    Recorded: "recorded",
    Message: "message",
}


def state_name(stage: Stage) -> str:
    """The stage's word in events."""
    return _STATE_NAMES[type(stage)]


def overlay_name(flow: Flow) -> str | None:
    """``form``, ``override``, ``papers``, ``priority``, ``visit``, ``cancel``, ``set_up``, a page or None."""
    match flow.top:
        case None:
            return None
        case Page(name):
            return name.value
        case ManualForm():
            return "form"
        case PriorityList():
            return "priority"
        case Papers():
            return "papers"
        case VisitOpened():
            return "visit"
        case SetUp():
            return "set_up"
        case CancelQuestion():
            return "cancel"
    return "override"


def state_event(flow: Flow, *, dialog: bool = False) -> Event:
    """`dialog`: the one that opens a picture has the keyboard."""
    over = "lock" if flow.locked else "dialog" if dialog else overlay_name(flow)
    return {"state": state_name(flow.stage), "over": over, "waiting": len(flow.line)}


def verdict_event(shown: VerdictShown) -> Event:
    assessment = shown.found.assessment
    return {
        "verdict": assessment.verdict.value,
        "reason": assessment.reason,
        "result_code": assessment.result_code,
        "source": shown.source.value,
        "already_checked_in_today": shown.found.already_checked_in_today,
        "goes_on": shown.found.held.visit_id if shown.found.held else None,
        "problem": shown.problem.code if shown.problem else None,
    }


def recorded_event(visit: Visit) -> Event:
    return {
        "visit_id": visit.visit_id,
        "status": visit.status.value,
        "queue_number": visit.queue_number,
        "queue_label": visit.queue_label,
        "kept_here": visit.kept_here,
    }


class FlowEvents:
    """Tells each change of the flow once."""

    def __init__(self, flow: Flow, stream: EventStream) -> None:
        self._flow, self._stream = flow, stream
        self._told = state_event(flow)

    def tell(self, *, dialog: bool) -> None:
        """After whatever may have changed it."""
        event = state_event(self._flow, dialog=dialog)
        if event == self._told:
            return
        entered = event["state"] != self._told.get("state")
        self._told = event
        self._stream.write("state", **event)
        stage = self._flow.stage
        if entered and isinstance(stage, VerdictShown):
            self._stream.write("verdict", **verdict_event(stage))
        elif entered and isinstance(stage, Message):
            self._stream.write("message", code=stage.error.code)
