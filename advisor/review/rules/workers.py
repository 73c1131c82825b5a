"""Threads, processes and child programs: what they carry, what they are for, how many there are."""

from __future__ import annotations

from ..records import Rule
from . import sources

RULES = (
    Rule(
        code="ADV501",
        name="daemon-at-work",
        severity="warning",
        happens="A daemon thread is stopped wherever it is when the program ends: what it was writing is half written.",
        advice="Make it a plain thread, or end it by an event and `join()` it before the program ends.",
        why="Python does not wait for daemon threads. Their with statements and finally clauses do not run.",
        wrong="""\
import threading

def save(rows, path):
    with open(path, "w") as file:
        for row in rows:
            file.write(row)

def start(rows, path):
    thread = threading.Thread(target=save, args=(rows, path), daemon=True)
    thread.start()
""",
        right="""\
import threading

def save(rows, path):
    with open(path, "w") as file:
        for row in rows:
            file.write(row)

def start(rows, path):
    thread = threading.Thread(target=save, args=(rows, path))
    thread.start()
""",
        sources=(sources.THREADS,),
    ),
    Rule(
        code="ADV502",
        name="captured-loop-variable",
        severity="error",
        happens="The function looks the loop's variable up when it runs, and the loop has gone on by then.",
        advice="Hand the value over: `pool.submit(work, item)`, `Thread(target=work, args=(item,))`, or "
        "`lambda item=item: ...`.",
        why="A function defined in a loop sees the variable, not the value it had. Run later, all see the "
        "last one, or any.",
        wrong="""\
import threading

def start_all(work, items):
    threads = []
    for item in items:
        thread = threading.Thread(target=lambda: work(item))
        thread.start()
        threads.append(thread)
    return threads
""",
        right="""\
import threading

def start_all(work, items):
    threads = []
    for item in items:
        thread = threading.Thread(target=work, args=(item,))
        thread.start()
        threads.append(thread)
    return threads
""",
        sources=(sources.CLOSURES,),
        fixable=True,
    ),
    Rule(
        code="ADV503",
        name="threads-over-computing",
        severity="warning",
        happens="The function computes in Python alone: under the GIL its threads run one at a time.",
        advice="Use ProcessPoolExecutor with a chunk size; `advisor analyze module:function` measures whether it pays.",
        why="One thread at a time runs Python code, unless the build is free-threaded. Threads gain where "
        "calls wait, or are in C "
        "code that gives the GIL back.",
        wrong="""\
from concurrent.futures import ThreadPoolExecutor

def count_primes(limit):
    found = 0
    for number in range(2, limit):
        if all(number % divisor for divisor in range(2, number)):
            found += 1
    return found

def main(limits):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(count_primes, limits))
""",
        right="""\
from concurrent.futures import ProcessPoolExecutor

def count_primes(limit):
    found = 0
    for number in range(2, limit):
        if all(number % divisor for divisor in range(2, number)):
            found += 1
    return found

def main(limits):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(count_primes, limits, chunksize=4))
""",
        sources=(sources.THREAD_POOL, sources.FREE_THREADING),
    ),
    Rule(
        code="ADV504",
        name="processes-over-waiting",
        severity="warning",
        happens="The function only waits: threads do that as well, without a process and a pickle each.",
        advice="Use ThreadPoolExecutor; `advisor analyze module:function` measures both.",
        why="A process costs tens of milliseconds and tens of megabytes. A thread waits for the same socket "
        "for next to nothing.",
        wrong="""\
import requests
from concurrent.futures import ProcessPoolExecutor

def fetch(url):
    return requests.get(url, timeout=10).text

def main(urls):
    with ProcessPoolExecutor(8) as pool:
        return list(pool.map(fetch, urls, chunksize=8))
""",
        right="""\
import requests
from concurrent.futures import ThreadPoolExecutor

def fetch(url):
    return requests.get(url, timeout=10).text

def main(urls):
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(fetch, urls))
""",
        sources=(sources.THREAD_POOL, sources.PROCESS_POOL),
    ),
    Rule(
        code="ADV505",
        name="workers-times-workers",
        severity="warning",
        happens="Each worker starts workers of its own: there are far more than cores.",
        advice="Parallelise one level, and give the inner one `n_jobs=1`; limit BLAS with threadpoolctl or "
        "OMP_NUM_THREADS=1.",
        why="Eight processes that each start eight threads are 64 on eight cores: they take turns, and all "
        "memory is needed 64 times.",
        wrong="""\
from concurrent.futures import ProcessPoolExecutor

def fit(model, data):
    return model(n_jobs=-1).fit(data)

def fit_all(model, sets):
    with ProcessPoolExecutor() as pool:
        futures = [pool.submit(fit, model, data) for data in sets]
        return [future.result() for future in futures]
""",
        right="""\
from concurrent.futures import ProcessPoolExecutor

def fit(model, data):
    return model(n_jobs=1).fit(data)

def fit_all(model, sets):
    with ProcessPoolExecutor() as pool:
        futures = [pool.submit(fit, model, data) for data in sets]
        return [future.result() for future in futures]
""",
        sources=(sources.JOBLIB,),
    ),
    Rule(
        code="ADV506",
        name="counts-all-cores",
        severity="warning",
        happens="cpu_count() counts the machine's cores, also where a quota or an affinity allows fewer.",
        advice="Use os.process_cpu_count() (3.13), len(os.sched_getaffinity(0)) before that, or "
        "loky.cpu_count(), which knows quotas.",
        why="In a container with two of 64 cores, cpu_count() is 64: 64 workers take turns on two cores, and "
        "their memory is needed "
        "64 times. process_cpu_count() knows the affinity; a quota of cgroups only loky.cpu_count() and joblib know.",
        wrong="""\
import os
from concurrent.futures import ProcessPoolExecutor

def pool():
    return ProcessPoolExecutor(max_workers=os.cpu_count())
""",
        right="""\
import os
from concurrent.futures import ProcessPoolExecutor

def pool():
    return ProcessPoolExecutor(max_workers=os.process_cpu_count())
""",
        sources=(sources.CPU_COUNT, sources.CONTAINERS),
    ),
    Rule(
        code="ADV601",
        name="pipe-never-read",
        severity="error",
        happens="A child that fills its pipe waits for a reader, and wait() waits for the child: for ever.",
        advice="Write `output, errors = process.communicate()`, or send the output to DEVNULL or a file.",
        why="A pipe holds about 64 kB. Tests with little output pass.",
        wrong="""\
import subprocess

def listing(folder):
    process = subprocess.Popen(["ls", folder], stdout=subprocess.PIPE)
    process.wait()
    return process.stdout.read()
""",
        right="""\
import subprocess

def listing(folder):
    process = subprocess.Popen(["ls", folder], stdout=subprocess.PIPE)
    output, _ = process.communicate()
    return output
""",
        sources=(sources.POPEN_WAIT,),
    ),
    Rule(
        code="ADV602",
        name="code-before-exec",
        severity="warning",
        happens="preexec_fn runs Python between fork and exec, where other threads' locks stay taken for ever.",
        advice="Use start_new_session, process_group, user, group, umask or cwd of Popen; or set it in the "
        "program that is started.",
        why="The child of a fork has only one thread, and every lock as it was. Python code there can wait "
        "for one of them for ever.",
        wrong="""\
import os
import subprocess

def start(words):
    return subprocess.Popen(words, preexec_fn=os.setsid)
""",
        right="""\
import subprocess

def start(words):
    return subprocess.Popen(words, start_new_session=True)
""",
        sources=(sources.POPEN,),
        fixable=True,
    ),
)
