"""The second suite: nothing was tuned on it, so it tells how far the advice carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workloads.labels.workload import Workload

if TYPE_CHECKING:
    from advisor.records import Unpack

_SLOW = "workloads.web:start_slow_server"
_LIMITED = "workloads.web:start_limited_server"


def _unseen(
    function: str, items: str, physics: str, *, name: str = "", unpack: Unpack = "none", setup: str | None = None
) -> Workload:
    return Workload(
        name or function.replace("_", "-"),
        f"workloads.unseen:{function}",
        f"workloads.unseen:{items}",
        unpack=unpack,
        setup=setup,
        physics=physics,
    )


UNSEEN: tuple[Workload, ...] = (
    _unseen("checksum", "disk_images", "SHA-256 of 3 MB."),
    _unseen("packet_digest", "small_packets", "BLAKE2 of 1.2 KB, 20,000 times."),
    _unseen("lines_of_archive", "archives", "gunzip to 2 MB, and a count."),
    _unseen("encode_attachment", "attachments", "Base64 of 1.5 MB, sent back."),
    _unseen("squeeze", "tarballs", "bzip2 of 90 KB."),
    _unseen("root_digits", "digits_wanted", "a logarithm to 900 digits and more in C."),
    _unseen("likeness", "drafts", "difflib on two texts.", unpack="args"),
    _unseen("names_in", "sources", "ast.parse and a walk."),
    _unseen("total_by_word", "tables", "a table read by csv, added up."),
    _unseen("titles", "feeds", "an XML feed through ElementTree."),
    _unseen("wrap_letter", "letters", "a message through email and textwrap."),
    _unseen("count_links", "pages", "html.parser over pages that grow."),
    _unseen("quartiles", "readings", "statistics.quantiles of 20 numbers, 4,000 times."),
    _unseen("plan_day", "days", "a figure from a table that each process makes for itself first."),
    _unseen("fetch_and_summarise", "addresses", "20 ms of waiting for a server, then Python.", setup=_SLOW),
    _unseen("fetch_through_gate", "addresses", "a server that answers four at once, then Python.", setup=_LIMITED),
    _unseen("await_and_summarise", "addresses", "a coroutine: 20 ms of waiting, then Python.", setup=_SLOW),
    _unseen("nap", "short_naps", "1,500 naps of 2 ms."),
    _unseen("nap", "uneven_naps", "Naps of 1 to 120 ms, the longest last.", name="nap-uneven"),
    _unseen("nap", "long_naps", "40 naps of 150 ms.", name="nap-long"),
    _unseen("pass_turnstile", "visitors", "two naps, the second under a lock."),
    _unseen("resolve", "talks", "160 small reads and writes on a pair of sockets."),
    _unseen("run_command", "commands", "a child process that sleeps."),
    _unseen("save_note", "notes", "a small file and fsync."),
    _unseen("turnover", "shops", "one row from a scan by SQLite."),
    _unseen("dearest", "catalogues", "the maximum of 3,000 records that were sent."),
    _unseen("make_report", "reports", "6,000 records to send back."),
    _unseen("snapshot", "reports", "pickle and json there and back."),
    _unseen("loudest_frequency", "signals", "a Fourier transform of 2 MB."),
    _unseen("smooth", "signals", "element-wise NumPy over 2 MB."),
    _unseen("tiny_algebra", "small_vectors", "NumPy on 3 by 3 matrices, 3,000 times."),
    _unseen("factor", "seeds", "singular values by LAPACK, in threads of its own."),
    _unseen("half_and_half", "seeds", "text made by Python, then its SHA-512."),
    _unseen("shared_gate", "numbers", "a coroutine that waits 10 ms behind a semaphore of six."),
)
"""Without labels of the best model: what is best, only a sweep says."""
