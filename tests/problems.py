"""Problems to decide, made from the figures that matter to a test."""

from __future__ import annotations

from dataclasses import replace

from advisor.decide.model.cost_model import demand_of
from advisor.decide.problem import Problem
from advisor.pipeline.serial_profile import make_profile
from advisor.records import (
    Machine,
    MachineCosts,
    Model,
    Options,
    Plan,
    Profile,
    ResultDigest,
    SerialTiming,
    TargetFacts,
    Trial,
)

COSTS = MachineCosts(
    thread_start_seconds=8e-5,
    process_start_seconds=(("fork", 0.004), ("forkserver", 0.03), ("spawn", 0.06)),
    thread_task_seconds=2.5e-5,
    process_task_seconds=1.2e-4,
    asyncio_task_seconds=1e-5,
    pipe_bytes_per_second=1e9,
)
OPTIONS = Options(python="/usr/bin/python3", lines=False)
SERIAL = Plan(model="serial", idiom="loop")


def timing_of(
    held: float = 0.0,
    free: float = 0.0,
    wait: float = 0.0,
    queued: float = 0.0,
    beats: int = 250,
    result_obstacle: str | None = None,
) -> SerialTiming:
    wall = held + free + wait + queued
    return SerialTiming(
        calls=50,
        wall_seconds_per_call=wall,
        wall_seconds_low=wall,
        wall_seconds_high=wall,
        wall_seconds_deviation=0.0,
        wall_seconds_most=wall,
        first_call_seconds=wall,
        cpu_seconds_per_call=held + free,
        main_cpu_seconds_per_call=held + free,
        children_cpu_seconds_per_call=0.0,
        queued_seconds_per_call=queued,
        gil_held_fraction=held / (held + free + wait),
        gil_samples=beats,
        argument_bytes=100,
        result_bytes=100,
        pickle_seconds_per_call=1e-6,
        result_obstacle=result_obstacle,
        peak_rss_bytes=30_000_000,
        calls_made=60,
    )


def facts_of(calls: int = 200, coroutine: bool = False) -> TargetFacts:
    return TargetFacts(
        name="shop:price",
        file="/home/dev/shop.py",
        line=3,
        python_version="3.11.9",
        gil_enabled=True,
        is_coroutine=coroutine,
        unpack="none",
        items=calls,
        calls=calls,
        import_seconds=0.01,
        threads_after_import=1,
        start_methods=("fork", "forkserver", "spawn"),
        default_start_method="fork",
        shipping_obstacle=None,
    )


def machine_of(cores: int = 2) -> Machine:
    return Machine(
        usable_cores=cores, physical_cores=cores, memory_limit_bytes=16_000_000_000, platform="test", costs=COSTS
    )


def profile_of(timing: SerialTiming) -> Profile:
    return make_profile(timing, COSTS)


def problem_of(
    held: float = 0.0,
    free: float = 0.0,
    wait: float = 0.0,
    calls: int = 200,
    cores: int = 2,
    coroutine: bool = False,
    models: tuple[Model, ...] | None = None,
) -> Problem:
    facts = facts_of(calls, coroutine)
    machine = machine_of(cores)
    profile = profile_of(timing_of(held, free, wait))
    options = OPTIONS if models is None else replace(OPTIONS, models=models)
    return Problem(demand=demand_of(profile, facts, COSTS), facts=facts, machine=machine, options=options)


def trial_of(
    plan: Plan,
    job_seconds: float,
    serial_seconds: float = 1.0,
    round_number: int = 0,
    digests: tuple[ResultDigest, ...] = (),
) -> Trial:
    return Trial(
        plan=plan,
        round=round_number,
        calls=200,
        wall_seconds=job_seconds,
        startup_seconds=0.0,
        job_seconds=job_seconds,
        speedup=serial_seconds / job_seconds,
        predicted_speedup=None,
        peak_rss_bytes=30_000_000,
        result_digests=digests,
    )


def threads(count: int) -> Plan:
    return Plan(model="threading", idiom="ThreadPoolExecutor.map", threads=count)


def processes(count: int, chunk_size: int = 1) -> Plan:
    return Plan(model="multiprocessing", idiom="Pool.map", processes=count, chunk_size=chunk_size, start_method="fork")
