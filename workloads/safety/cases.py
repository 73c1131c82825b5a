"""The corpus by name: how to call each function, and which findings and exclusions are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.records import Model, StartMethod

    Models = tuple[Model, ...]

_NUMBERS = "workloads.safety.shared:numbers"
_FEW = "workloads.safety.shipping:few_numbers"
_LISTS = "workloads.safety.shared:unsorted_lists"
PROCESSES: Models = ("multiprocessing", "hybrid")
THREADS: Models = ("threading", "hybrid")
ALL: Models = ("threading", "multiprocessing", "hybrid")
ASYNC: Models = ("threading", "asyncio", "multiprocessing", "hybrid")


@dataclass(frozen=True)
class Case:
    """One function and what the certificate must say of it."""

    name: str
    target: str
    excluded: Models = ()
    """Every model under which the program would not do what it does serially. None: it is safe."""
    findings: tuple[str, ...] = ()
    """Codes that must be among the findings."""
    inputs_from: str = _NUMBERS
    tolerated: Models = ()
    """Models whose exclusion is right as well, but needs a trial that the machine may not call for."""
    start_method: StartMethod | None = "fork"
    memory_limit_bytes: int | None = None
    """A smaller machine than this one."""
    trials: bool = False
    """Whether it takes trials to see."""


def _shared(name: str, excluded: Models, *findings: str, inputs_from: str = _NUMBERS) -> Case:
    return Case(name.rpartition(".")[2], f"workloads.safety.shared:{name}", excluded, findings, inputs_from)


def _wide(name: str, excluded: Models, *findings: str) -> Case:
    return Case(name, f"workloads.safety.process_wide:{name}", excluded, findings)


def _sent(name: str, excluded: Models, *findings: str, inputs_from: str = _NUMBERS) -> Case:
    return Case(name, f"workloads.safety.shipping:{name}", excluded, findings, inputs_from)


def _benign(name: str, *findings: str, inputs_from: str = _NUMBERS) -> Case:
    return Case(name, f"workloads.safety.benign:{name}", (), findings, inputs_from)


UNSAFE: tuple[Case, ...] = (
    _shared("count_visits", ALL, "writes-global", "race"),
    _shared("log_each", PROCESSES, "writes-global"),
    _shared("tally_words", ALL, "writes-global", "race"),
    _shared("remember_last", PROCESSES, "writes-global"),
    _shared("only_once", PROCESSES, "writes-global"),
    _shared("keep_results", PROCESSES, "writes-global"),
    _shared("number_tickets", PROCESSES, "writes-global", "non-deterministic"),
    _shared("sell_under_lock", PROCESSES, "writes-global"),
    _shared("Basket.add", ALL, "writes-class-attribute", "race"),
    _shared("ask_statistics", ALL, "writes-global", "race"),
    _shared("count_in_closure", ALL, "writes-closure", "race", "unpicklable-call"),
    _shared("gather_in_default", PROCESSES, "writes-closure"),
    _shared("sort_item", PROCESSES, "changes-item", inputs_from=_LISTS),
    _shared("deposit", ASYNC, "writes-global", "race"),
    _wide("set_region", THREADS, "changes-environment"),
    _wide("visit_folder", THREADS, "changes-directory"),
    _wide("seed_and_draw", THREADS, "changes-random-state"),
    _wide("estimate_pi", PROCESSES, "same-random-stream"),
    Case(
        "roll_dice",
        "workloads.safety.process_wide:roll_dice",
        PROCESSES,
        ("same-random-stream",),
        tolerated=("threading",),
    ),
    Case(
        "roll_dice_spawned",
        "workloads.safety.process_wide:roll_dice",
        PROCESSES,
        ("same-random-stream",),
        tolerated=("threading",),
        start_method="spawn",
    ),
    _wide("use_scratch_file", ALL, "race"),
    _wide("keep_ledger", PROCESSES, "holds-lock"),
    _wide("ask_over_socket", PROCESSES, "shared-handle"),
    _wide("query_shared_database", ALL, "shared-handle", "race"),
    _wide("run_on_one_loop", ALL, "asyncio-loop"),
    _wide("read_shared_file", PROCESSES, "shared-handle"),
    _wide("leave_open", PROCESSES, "leaves-files-open"),
    _wide("capture_output", THREADS, "race"),
    _sent("open_session", PROCESSES, "unpicklable-result"),
    _sent("double", PROCESSES, "unpicklable-call"),
    _sent("call_back", PROCESSES, "unpicklable-call", inputs_from="workloads.safety.shipping:callbacks"),
    _sent("use_own_pool", PROCESSES, "pool-in-daemon", inputs_from=_FEW),
    Case(
        "lock_around_a_call",
        "workloads.shared_state:sign_document",
        PROCESSES,
        ("holds-lock",),
        "workloads.shared_state:documents",
    ),
    Case(
        "fork_beside_thread",
        "workloads.safety.threaded_import:work_beside_thread",
        PROCESSES,
        ("threads-at-import",),
    ),
    Case(
        "fill_memory",
        "workloads.safety.shipping:fill_memory",
        ALL,
        ("memory",),
        inputs_from=_FEW,
        memory_limit_bytes=160_000_000,
    ),
)

SAFE: tuple[Case, ...] = (
    _benign("cached_work", "fills-cache"),
    _benign("remember_square", "fills-cache"),
    _benign("remember_recent"),
    _benign("match_lazily", "fills-cache"),
    _benign("look_up_lazily", "fills-cache"),
    _benign("import_lazily"),
    _benign("draw_from_own"),
    _benign("draw_without_seed", "non-deterministic"),
    _benign("make_identifier", "non-deterministic"),
    _benign("use_temporary_file"),
    _benign("query_own_database"),
    _benign("log_and_work"),
    _benign("parse_dates"),
    _benign("make_points"),
    _benign("give_not_a_number"),
    _benign("give_sets"),
    _benign("multiply_arrays"),
    _benign("make_frame"),
    _benign("convert"),
    _benign("dump_orders"),
    _benign("total_up"),
    _benign("sort_a_copy", inputs_from=_LISTS),
    _benign("run_a_child", inputs_from=_FEW),
    _benign("collect_text"),
    _sent("check_order", (), "unpicklable-exception"),
    _sent("check_plainly", ()),
    _sent("stop_early", ()),
    Case("beside_thread", "workloads.safety.threaded_import:work_beside_thread", (), ("threads-at-import",),
         start_method=None),
    Case("refuse_the_fifth", "workloads.safety.shipping:refuse_the_fifth", (), ("outside-limit",), trials=True),
    Case("wait_for_one_of_four", "workloads.safety.shipping:wait_for_one_of_four", (), ("outside-limit",), trials=True),
    Case("estimate_pi_spawned", "workloads.safety.process_wide:estimate_pi", (), ("changes-random-state",),
         start_method="spawn"),
    Case("json_dumps", "json:dumps"),
    Case("math_sqrt", "math:sqrt"),
)  # fmt: skip

CASES: tuple[Case, ...] = UNSAFE + SAFE
