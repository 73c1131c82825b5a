from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from advisor.child.interpreter import ChildLimits, Event
from advisor.child.known_interpreters import KnownInterpreters

LIMITS = ChildLimits(silence_seconds=1.0, total_seconds=1.0, memory_bytes=1)
WHO = {"implementation": "CPython", "python_version": "3.13.0", "gil_enabled": True}


class Asked:
    """Answers every request; a profile tells which interpreter it is."""

    def __init__(self) -> None:
        self.requests: list[Mapping[str, Any]] = []

    def __call__(
        self,
        python: str,
        request: Mapping[str, Any],
        limits: ChildLimits,
        on_event: Callable[[Event], None] = lambda _event: None,
    ) -> Event:
        self.requests.append(request)
        if request["task"] == "profile":
            on_event({"event": "facts", "interpreter": WHO})
        return {"event": request["task"], "python": python, "limits": limits}


def test_who_has_introduced_itself_is_not_asked_again() -> None:
    asked, heard = Asked(), list[Event]()
    acquainted = KnownInterpreters(asked)
    acquainted.ask("python", {"task": "profile"}, LIMITS, heard.append)
    assert acquainted.ask("python", {"task": "costs", "identify": True}, LIMITS) == WHO
    assert [request["task"] for request in asked.requests] == ["profile"]
    assert [event["event"] for event in heard] == ["facts"]


def test_whoever_else_is_asked_as_ever() -> None:
    asked = Asked()
    acquainted = KnownInterpreters(asked)
    acquainted.ask("python", {"task": "profile"}, LIMITS)
    acquainted.ask("another", {"task": "costs", "identify": True}, LIMITS)
    acquainted.ask("python", {"task": "costs", "quick": True}, LIMITS)
    assert len(asked.requests) == 3
