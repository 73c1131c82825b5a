"""What each code means and what to do about it, for the formats that list their rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..records.check_rules import RULES as GATE_RULES


class Rule(NamedTuple):
    """A code with its texts, plain sentences."""

    code: str
    means: str
    """What was found."""
    do: str
    """What to do about it."""


def rule(code: str) -> Rule:
    """The rule of a code; one that is not listed is described by its own words."""
    if code in FINDINGS:
        return Rule(code, *FINDINGS[code])
    if code in GATE_RULES:
        against_limit = code.endswith("-limit") or code in {"expectation", "forbidden"}
        return Rule(code, GATE_RULES[code], _ON_LIMIT if against_limit else _ON_BASELINE)
    return Rule(code, f"Finding: {code.replace('-', ' ')}.", _READ)


_READ = "The message holds the evidence; the report of the target has the rest."
_ON_BASELINE = (
    "The message holds the old and the new value. Where the change is wanted, save a new baseline: "
    "advisor check --save-baseline."
)
_ON_LIMIT = "Change the function, or what [tool.advisor] in pyproject.toml asks of it."
_SHARED_STATE = "Pass it in and return it, or keep it behind a lock and out of other processes."

FINDINGS: Mapping[str, tuple[str, str]] = {
    "recommendation": (
        "How to run the function, as measured.",
        "The report holds the code that was timed.",
    ),
    "busy-machine": (
        "Other work had the processors while the function was timed.",
        "Analyze again on a quiet machine.",
    ),
    "slow-import": (
        "Importing the target takes long, and every worker process that is not forked imports it anew.",
        "Import what is slow where it is used, or put the function into a module that imports less.",
    ),
    # Between processes.
    "unpicklable-call": (
        "The function or its items cannot be pickled, so no process can be given them.",
        "Put the function at the top of a module, and plain data into the items: no lambdas, locks or open files.",
    ),
    "unpicklable-result": (
        "The results cannot be pickled, so no process can send them back.",
        "Return plain data; make what cannot be pickled (files, locks, connections, generators) from it afterwards.",
    ),
    "unpicklable-exception": (
        "An exception that the function raises cannot be pickled; a pool may hang on it.",
        "Let its __init__ take what it hands to super().__init__, or give it a __reduce__.",
    ),
    "shared-handle": (
        "A connection, file or socket is open before workers start, and each of them would use the same one.",
        "Open it in each worker: in the call, or in an initializer.",
    ),
    "pool-in-daemon": (
        "The function starts processes of its own, which a pool's worker may not.",
        "Run it in threads, or take its own pool out of it.",
    ),
    "same-random-stream": (
        "Every worker would draw the same random numbers.",
        "Seed a generator of the call's own from its item.",
    ),
    "threads-at-import": (
        "Importing the module starts threads, so that a forked worker may inherit a lock held for ever.",
        "Start them in a function, or use spawn or forkserver.",
    ),
    # State.
    "writes-global": ("The function writes a global of its module.", _SHARED_STATE),
    "writes-class-attribute": ("The function writes an attribute of a class.", _SHARED_STATE),
    "writes-closure": ("The function writes a variable that it closes over.", _SHARED_STATE),
    "fills-cache": (
        "The function fills a cache; every process fills one of its own.",
        "That changes no result. Count on the memory, and on a first call that is slow in each worker.",
    ),
    "changes-item": (
        "The function changes the item that it is given; under processes the caller never sees that.",
        "Work on a copy and return it.",
    ),
    "changes-environment": (
        "The function changes os.environ, which all threads share and no other process sees.",
        "Pass the setting as an argument, or as env= to the child process that needs it.",
    ),
    "changes-directory": (
        "The function changes the working directory, which all threads share.",
        "Use absolute paths, or cwd= of the child process that needs it.",
    ),
    "changes-random-state": (
        "The function draws from a random generator that is shared.",
        "Make one in the call: random.Random(seed) or numpy.random.default_rng(seed).",
    ),
    "leaves-files-open": (
        "Calls leave files open; with many of them in flight the process may run out.",
        "Open files in a with statement.",
    ),
    "race": (
        "Calls in threads interfere with each other.",
        "Put what they share behind a lock, or give each call its own.",
    ),
    "holds-lock": (
        "The calls hold one lock for most of their time, so that they wait for each other.",
        "Hold it for less, or split what it guards.",
    ),
    "occasional-failure": (
        "A few calls failed, as many with few at once as with many.",
        "Try such a call again, after a pause that grows.",
    ),
    "loop-bound": (
        "A client, session or lock that outlives the calls belongs to the event loop that first used it.",
        "Keep to one loop (asyncio tasks), or make it in each call.",
    ),
    "asyncio-loop": (
        "The function uses an event loop that belongs to another thread or that runs already.",
        "Let the coroutine be awaited, or give each thread a loop of its own.",
    ),
    "non-deterministic": (
        "Two serial runs gave different results, so that equal results prove nothing.",
        "Take times, identities and unseeded chance out of the results.",
    ),
    "different-results": (
        "A model changes the results.",
        "Do not use that model. See which state the calls share.",
    ),
    # Resources.
    "uses-several-cores": (
        "One call uses several cores already.",
        "Let one of the two have the cores: few workers, or one thread in each call (OMP_NUM_THREADS=1).",
    ),
    "oversubscription": (
        "Workers times the threads of each call are more than the cores.",
        "Limit the threads of a call (OMP_NUM_THREADS=1, threadpoolctl) or the workers.",
    ),
    "memory": (
        "The workers may need more memory than there is.",
        "Use fewer of them, threads instead of processes, or smaller items.",
    ),
    "outside-limit": (
        "Something outside the function (a server, a lock, a disk) answers only so many calls at once.",
        "More workers than that gain nothing.",
    ),
    # A trial failed.
    "trial-raised": ("A trial raised an exception that the serial run did not.", "See which state the calls share."),
    "trial-crashed": (
        "A trial crashed its interpreter.",
        "Native code of the function may not be safe in threads or after a fork.",
    ),
    "trial-timeout": (
        "A trial gave no answer in time.",
        "It may hang, or need more than --timeout.",
    ),
    "trial-memory": ("A trial needed more memory than there is.", "Use fewer workers, or smaller items."),
    "trial-unpicklable": (
        "A trial could not send an item or a result between processes.",
        "Pass and return plain data.",
    ),
    "trial-exited": (
        "A trial ended its interpreter early.",
        "Take sys.exit and os._exit out of the function.",
    ),
}
