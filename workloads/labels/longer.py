"""Some of the known workloads with so many more calls that serial takes seconds: what advice costs beside a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from workloads.labels.computing import COMPUTING
from workloads.labels.waiting import WAITING
from workloads.labels.workload import Workload

CALLS: Mapping[str, int] = MappingProxyType({"collatz": 400, "compress": 400, "parse-and-seal": 1_000, "wait-80": 300})

LONGER: tuple[Workload, ...] = tuple(
    replace(workload, name=f"{workload.name}-longer", calls=CALLS[workload.name])
    for workload in COMPUTING + WAITING
    if workload.name in CALLS
)
