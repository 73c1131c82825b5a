"""The report as SARIF 2.1.0: findings, and the recommendation as a note on the function's ``def`` line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple
from urllib.parse import quote

from .. import __version__
from .. import formatting as fmt
from ..records import Report
from . import wording
from .finding_identity import fingerprints
from .finding_rules import Rule, rule

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_FINGERPRINT = "advisorFinding/v1"
_RECOMMENDATION = "recommendation"


class Result(NamedTuple):
    """One result, before it is spelt."""

    code: str
    level: str
    message: str
    function: str
    """By name: what the finding is about."""
    place: str
    """The function by a name that no other function of the run has."""
    uri: Mapping[str, str] | None
    """The file, as ``artifact`` spells it."""
    line: int | None


def render(report: Report, base: PurePath | None = None) -> str:
    """SARIF for a code-scanning service.

    Args:
        report: What to render.
        base: The absolute folder that paths are relative to; by default the folder the target was named from.
            A file outside it keeps its absolute ``file:`` address.
    """
    target = report.target
    bases = [base] if base is not None else [PurePath(root) for root in reversed(report.job.target.import_roots)]
    uri = artifact(target.file, bases) if target.file is not None else None
    advice = report.recommendation
    text = "\n".join([wording.verdict(report), wording.interruption(report), *(advice.reasons if advice else ())])
    said = [
        *((f.code, f.severity, f"{f.message}\n\n{f.evidence}") for f in report.findings),
        (_RECOMMENDATION, "note", text),
    ]
    name = report.job.target.qualname
    place = f"{(uri or {}).get('uri', '')}::{name}"
    return log([Result(code, level, message, name, place, uri, target.line) for code, level, message in said])


def log(results: Sequence[Result], describe: Callable[[str], Rule] = rule, **run: Any) -> str:
    """A log of one run: the results, the rules that they name, and further properties of the run."""
    rules = {code: describe(code) for code in dict.fromkeys(result.code for result in results)}
    places = list(rules)
    marks = fingerprints((result.code, result.place, _headline(result)) for result in results)
    document = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "advisor",
                        "fullName": "concurrency-advisor",
                        "version": __version__,
                        "rules": [_rule(each) for each in rules.values()],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
                **run,
                "results": [
                    _result(result, places.index(result.code), mark)
                    for result, mark in zip(results, marks, strict=True)
                ],
            }
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def artifact(file: str, bases: Iterable[PurePath] = ()) -> dict[str, str]:
    """The location of a file: relative to the first of the folders that holds it, else absolute."""
    path = PurePath(file)
    for folder in bases:
        if path.is_relative_to(folder):
            return {"uri": _quoted(path.relative_to(folder)), "uriBaseId": _ROOT}
    return {"uri": path.as_uri()} if path.is_absolute() else {"uri": _quoted(path), "uriBaseId": _ROOT}


def _result(result: Result, rule_index: int, fingerprint: str) -> dict[str, Any]:
    spelt: dict[str, Any] = {
        "ruleId": fmt.one_line(result.code),
        "ruleIndex": rule_index,
        "level": result.level,
        "message": {"text": _no_links(fmt.lines_of(result.message)).strip()},
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    place = location(result.uri, result.line)
    if place:
        named = {"fullyQualifiedName": fmt.one_line(result.function), "kind": "function"}
        spelt["locations"] = [{**place, "logicalLocations": [named]}]
    return spelt


def _no_links(text: str) -> str:
    """Foreign text in which viewers find no link: even a plain message may hold ``[text](address)``, by 3.11.6."""
    return text.replace("](", "] (")


def location(uri: Mapping[str, str] | None, line: int | None) -> dict[str, Any]:
    """A file, and its line where that is known; empty where the file is not."""
    if uri is None:
        return {}
    place: dict[str, Any] = {"artifactLocation": dict(uri)}
    if line is not None:
        place["region"] = {"startLine": max(1, line)}
    return {"physicalLocation": place}


def _rule(described: Rule) -> dict[str, Any]:
    code, means, do = described
    return {
        "id": fmt.one_line(code),
        "shortDescription": {"text": means},
        "fullDescription": {"text": means},
        "help": {"text": f"{means} {do}", "markdown": f"{means}\n\n{do}"},
    }


def _headline(result: Result) -> str:
    """What identifies a result among others of its code: none of the evidence, nor of advice that varies."""
    return "" if result.code == _RECOMMENDATION else result.message.partition("\n")[0]


def _quoted(path: PurePath) -> str:
    return quote(path.as_posix(), errors="surrogateescape")
