"""Children whose interpreter is known from what one of them said unasked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .interpreter import Ask, Event, Limits


class Acquainted:
    """Passes every request on, but the one which interpreter it is once the facts about a target have told it."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[str, Event] = {}

    def ask(
        self,
        python: str,
        request: Mapping[str, Any],
        limits: Limits,
        on_event: Callable[[Event], None] = lambda _event: None,
    ) -> Event:
        """Answer a request, or raise ChildFailedError."""

        def listen(event: Event) -> None:
            if event["event"] == "facts" and isinstance(event.get("interpreter"), dict):
                self._known[python] = event["interpreter"]
            on_event(event)

        if request.get("identify") and python in self._known:
            return self._known[python]
        return self._ask(python, request, limits, listen)
