"""Source files -> findings: every check over every module, without what is switched off. Pure but for ``read``."""

from __future__ import annotations

import ast
import contextlib
import gc
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ..records.reviewed import ReviewFinding
from .model import launches
from .model.module import Module
from .model.names import Names
from .model.parsing import Unreadable
from .model.project import Project
from .records import Context, Rule, Sighting
from .table import FINDERS, RULES, UNREADABLE

_CONCURRENT = re.compile(
    rb"\basync\s+(?:def|with|for)\b|thread|multiproc|billiard|concurrent|asyncio|subprocess|joblib|loky|Parallel\b"
    rb"|Executor|Pool\b|Process\b|Popen|Lock\b|fork\b|cpu_count|anyio|trio"
)
"""A file without any of these has nothing to check; it is parsed all the same, to say so where it cannot be."""
_IGNORE = re.compile(r"#\s*advisor:\s*ignore(?:\[([\w\s,-]*)\])?")
_OBJECTS_BEFORE_COLLECTION = 200_000
DOCUMENTATION = "https://concurrency-advisor.github.io/concurrency-advisor/reference/review"

Measured = Callable[[Context], Iterator[tuple[str, Sighting]]]
"""Further findings of a module, from what was measured of its functions: (code, sighting)."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which checks are wanted: codes, their beginnings, or names."""

    select: tuple[str, ...] = ()
    """None for all."""
    ignore: tuple[str, ...] = ()

    def wants(self, rule: Rule) -> bool:
        """Whether a rule is switched on; the longer of two words that fit decides, and ``ignore`` a draw."""
        chosen = max((len(word) for word in self.select if _fits(word, rule)), default=0 if self.select else 1)
        return chosen > max((len(word) for word in self.ignore if _fits(word, rule)), default=0)


def _fits(word: str, rule: Rule) -> bool:
    return rule.code.startswith(word.upper()) or rule.name == word


def unknown_words(words: Iterable[str]) -> tuple[str, ...]:
    """Those that no check has for its code, the beginning of it, or its name."""
    return tuple(word for word in words if not any(_fits(word, rule) for rule in RULES.values()))


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What one file gave."""

    findings: tuple[ReviewFinding, ...]
    lines: int


@contextlib.contextmanager
def rarely_collecting() -> Iterator[None]:
    """Looks for garbage cycles less often: trees are many objects and hardly any cycles, and reading goes faster so."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Checker:
    """Checks files one after the other; what is known of their project is kept in small measure."""

    def __init__(
        self,
        read: Callable[[str], bytes | None],
        selection: Selection | None = None,
        measured: Measured | None = None,
    ) -> None:
        self._read = read
        self._project = Project(read)
        chosen = selection or Selection()
        self._rules = {code: rule for code, rule in RULES.items() if chosen.wants(rule)}
        self._measured = measured
        self._told: set[tuple[str, str, int, int]] = set()

    def check(self, path: str) -> Checked | None:
        """The findings of a file, and those that its calls show in other files; ``None`` where there is no file."""
        content = self._read(path)
        if content is None:
            return None
        module = self._project.module(path)
        if isinstance(module, Unreadable):
            return Checked(findings=tuple(self._unreadable(path, module)), lines=content.count(b"\n"))
        if module is None or not _CONCURRENT.search(content):
            return Checked(findings=(), lines=content.count(b"\n"))
        return Checked(findings=tuple(self._of_module(module)), lines=len(module.lines))

    def _unreadable(self, path: str, why: Unreadable) -> Iterator[ReviewFinding]:
        rule = self._rules.get(UNREADABLE)
        if rule is not None:
            message = f"Nothing of this file was checked: {why.reason}."
            yield _finding(rule, Sighting(node=ast.Pass(), message=message), path, why.line, why.line, "")

    def _of_module(self, module: Module) -> Iterator[ReviewFinding]:
        names = Names(module, self._project)
        context = Context(module=module, project=self._project, names=names, launches=launches.find(names))
        found: list[ReviewFinding] = []
        measured = list(self._measured(context)) if self._measured is not None else []
        # Figures outrank what is read: the sizes and models that they speak of are not guessed at.
        settled = {getattr(sighting.node, "lineno", 0) for _, sighting in measured}
        for code, sighting in measured:
            found += self._told_once(code, sighting, module)
        for code, finder in FINDERS.items():
            if code in self._rules:
                for sighting in finder(context):
                    if code in ("ADV503", "ADV504", "ADV210") and getattr(sighting.node, "lineno", 0) in settled:
                        continue
                    found += self._told_once(code, sighting, module)
        yield from sorted(found, key=lambda finding: (finding.file, finding.line, finding.column, finding.code))

    def _told_once(self, code: str, sighting: Sighting, module: Module) -> Iterator[ReviewFinding]:
        rule, at = self._rules.get(code), sighting.module or module
        if rule is None:
            return
        line = getattr(sighting.node, "lineno", 1)
        key = (code, at.path, line, getattr(sighting.node, "col_offset", 0))
        if key in self._told or _is_ignored(at, sighting.node, rule):
            return
        self._told.add(key)
        has_body = isinstance(getattr(sighting.node, "body", None), list)
        end = line if has_body else getattr(sighting.node, "end_lineno", None) or line
        yield _finding(rule, sighting, at.path, line, end, at.function_name(sighting.node))


def _finding(rule: Rule, sighting: Sighting, path: str, line: int, end_line: int, function: str) -> ReviewFinding:
    return ReviewFinding(
        code=rule.code,
        name=rule.name,
        severity=sighting.severity or rule.severity,
        file=path,
        line=line,
        end_line=end_line,
        column=getattr(sighting.node, "col_offset", 0) + 1,
        function=function,
        message=sighting.message,
        happens=rule.happens,
        advice=rule.advice,
        url=f"{DOCUMENTATION}/{rule.code}/",
    )


def _is_ignored(module: Module, node: ast.AST, rule: Rule) -> bool:
    """Whether a comment on the first or last line of a finding, or of its statement's first line, switches it off."""
    statement = module.tree.statement(node) if not isinstance(node, (ast.Module, ast.ExceptHandler)) else node
    places = {getattr(node, "lineno", 1), getattr(node, "end_lineno", 1), getattr(statement, "lineno", 1)}
    return any(_ignores(module.lines[line - 1], rule) for line in places if line and line <= len(module.lines))


def _ignores(line: str, rule: Rule) -> bool:
    found = _IGNORE.search(line)
    if found is None:
        return False
    words = [word.strip() for word in (found[1] or "").split(",") if word.strip()]
    return not words or any(_fits(word, rule) for word in words)
