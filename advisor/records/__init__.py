"""The records an analysis makes, a room a stage, in the order in which it makes them.

All are frozen. Units are in the names; a figure that is missing is ``None``. What leaves the program as
``report.json`` is a ``Report``; ``reports.report_json`` says how its fields are spelt there.
"""

from .advised import Cost, Recommendation, Report
from .asked import Inputs, Job, Options, Target
from .found import (
    CostRow,
    HotLine,
    Inspection,
    LongCall,
    Machine,
    MachineCosts,
    Observation,
    Profile,
    SerialTiming,
    TargetFacts,
)
from .outlook import CallPart, CallsLine, CallsPoint, Ceiling, Curve, CurvePoint, MeasuredPoint, Outlook, WhatIf
from .terms import (
    MODELS,
    START_METHODS,
    Classification,
    Confidence,
    InputsKind,
    Model,
    PartName,
    Severity,
    StartMethod,
    Unpack,
)
from .tried import Failure, Finding, ModelVerdict, Plan, ResultDigest, Trial

__all__ = [
    "MODELS",
    "START_METHODS",
    "CallPart",
    "CallsLine",
    "CallsPoint",
    "Ceiling",
    "Classification",
    "Confidence",
    "Cost",
    "CostRow",
    "Curve",
    "CurvePoint",
    "Failure",
    "Finding",
    "HotLine",
    "Inputs",
    "InputsKind",
    "Inspection",
    "Job",
    "LongCall",
    "Machine",
    "MachineCosts",
    "MeasuredPoint",
    "Model",
    "ModelVerdict",
    "Observation",
    "Options",
    "Outlook",
    "PartName",
    "Plan",
    "Profile",
    "Recommendation",
    "Report",
    "ResultDigest",
    "SerialTiming",
    "Severity",
    "StartMethod",
    "Target",
    "TargetFacts",
    "Trial",
    "Unpack",
    "WhatIf",
]
