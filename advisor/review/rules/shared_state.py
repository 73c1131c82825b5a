"""Locks, and state that threads share."""

from __future__ import annotations

from ..records import Rule
from . import sources

RULES = (
    Rule(
        code="ADV301",
        name="lock-made-where-taken",
        severity="error",
        happens="The lock is made where it is taken: nobody else can hold it, so it guards nothing.",
        advice="Make one lock for all: `lock = threading.Lock()` at the module's level or in `__init__`, "
        "then `with lock:`.",
        why="A lock excludes those who use the same one.",
        wrong="""\
import threading

def add(totals, key, amount):
    with threading.Lock():
        totals[key] = totals.get(key, 0) + amount
""",
        right="""\
import threading

lock = threading.Lock()

def add(totals, key, amount):
    with lock:
        totals[key] = totals.get(key, 0) + amount
""",
        sources=(sources.LOCKS,),
    ),
    Rule(
        code="ADV302",
        name="lock-per-call",
        severity="error",
        happens="Each call makes a lock of its own: no two calls exclude each other.",
        advice="Make the lock once, at the module's level or in `__init__`, and take that one.",
        why="A lock that only one call knows is always free.",
        wrong="""\
import threading

def add(totals, key, amount):
    lock = threading.Lock()
    with lock:
        totals[key] = totals.get(key, 0) + amount
""",
        right="""\
import threading

class Totals:
    def __init__(self):
        self.lock = threading.Lock()
        self.totals = {}

    def add(self, key, amount):
        with self.lock:
            self.totals[key] = self.totals.get(key, 0) + amount
""",
        sources=(sources.LOCKS,),
    ),
    Rule(
        code="ADV303",
        name="lock-not-released",
        severity="error",
        happens="A path leaves the lock taken: whoever wants it next waits for ever.",
        advice="Write `with lock:` instead of acquire() and release(), or release() in finally.",
        why="A return or an exception between acquire and release skips the release.",
        wrong="""\
import threading

lock = threading.Lock()

def take(stock, name):
    lock.acquire()
    if name not in stock:
        return None
    item = stock.pop(name)
    lock.release()
    return item
""",
        right="""\
import threading

lock = threading.Lock()

def take(stock, name):
    with lock:
        if name not in stock:
            return None
        return stock.pop(name)
""",
        sources=(sources.WITH_LOCKS,),
    ),
    Rule(
        code="ADV304",
        name="lock-order",
        severity="error",
        happens="Two locks are taken in both orders: two threads can each hold one and wait for the other for ever.",
        advice="Take them in one order everywhere; of two objects, by a key: `first, second = sorted((a, b), key=id)`.",
        why="Each thread holds what the other one needs next, and neither gives it back.",
        wrong="""\
import threading

stock_lock = threading.Lock()
order_lock = threading.Lock()

def sell(stock, orders):
    with stock_lock:
        with order_lock:
            orders.append(stock.pop())

def cancel(stock, orders):
    with order_lock:
        with stock_lock:
            stock.append(orders.pop())
""",
        right="""\
import threading

stock_lock = threading.Lock()
order_lock = threading.Lock()

def sell(stock, orders):
    with stock_lock, order_lock:
        orders.append(stock.pop())

def cancel(stock, orders):
    with stock_lock, order_lock:
        stock.append(orders.pop())
""",
        sources=(sources.LOCKS,),
    ),
    Rule(
        code="ADV305",
        name="lock-taken-twice",
        severity="error",
        happens="A lock that is not re-entrant is taken again by who holds it: it waits for itself for ever.",
        advice="Use threading.RLock, or split off a method that expects the lock to be held.",
        why="threading.Lock does not know who holds it. The second acquire waits for a release that comes after it.",
        wrong="""\
import threading

class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 0

    def add(self, amount):
        with self.lock:
            self.balance += amount

    def pay_interest(self, rate):
        with self.lock:
            self.add(self.balance * rate)
""",
        right="""\
import threading

class Account:
    def __init__(self):
        self.lock = threading.RLock()
        self.balance = 0

    def add(self, amount):
        with self.lock:
            self.balance += amount

    def pay_interest(self, rate):
        with self.lock:
            self.add(self.balance * rate)
""",
        sources=(sources.LOCKS,),
    ),
    Rule(
        code="ADV306",
        name="condition-without-loop",
        severity="warning",
        happens="A wake-up is taken for the condition itself, which another thread may have undone.",
        advice="Wait in a loop: `while not ready: condition.wait()`, or `condition.wait_for(lambda: ready)`.",
        why="Between notify and the return of wait, another thread can take what was notified of; and if the "
        "condition holds "
        "before wait is called, the notification is over and nobody wakes.",
        wrong="""\
import threading

condition = threading.Condition()
items = []

def take():
    with condition:
        if not items:
            condition.wait()
        return items.pop()
""",
        right="""\
import threading

condition = threading.Condition()
items = []

def take():
    with condition:
        while not items:
            condition.wait()
        return items.pop()
""",
        sources=(sources.CONDITIONS,),
    ),
    Rule(
        code="ADV307",
        name="busy-wait",
        severity="warning",
        happens="A core is spent on waiting, and under the GIL the thread waited for is starved.",
        advice="Wait for an event: `done = threading.Event()`, `done.wait()` here and `done.set()` there; or join().",
        why="A loop that only asks takes the GIL again and again from the thread whose work it waits for.",
        wrong="""\
import threading

def run(work):
    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        pass
""",
        right="""\
import threading

def run(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
""",
        sources=(sources.EVENTS,),
    ),
    Rule(
        code="ADV308",
        name="unlocked-update",
        severity="error",
        happens="Threads read, compute and write back without a lock: updates get lost.",
        advice="Guard it, `with lock: total += amount`, or let each call return its part and add up the parts.",
        why="`+=` is three steps. Between reading and writing another thread can do the same, and one of the "
        "two is lost.",
        wrong="""\
import threading

total = 0

def add(amount):
    global total
    total += amount

def main(amounts):
    threads = [threading.Thread(target=add, args=(amount,)) for amount in amounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return total
""",
        right="""\
import threading

total = 0
lock = threading.Lock()

def add(amount):
    global total
    with lock:
        total += amount

def main(amounts):
    threads = [threading.Thread(target=add, args=(amount,)) for amount in amounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return total
""",
        sources=(sources.ATOMICITY,),
    ),
    Rule(
        code="ADV309",
        name="check-then-set",
        severity="warning",
        happens="Between the test and what follows from it, another thread can come: both find nothing, and "
        "both set it.",
        advice="Hold a lock over both: `with lock: if key not in cache: cache[key] = load(key)`.",
        why="Each step alone may be whole, the two together are not.",
        wrong="""\
from concurrent.futures import ThreadPoolExecutor

cache = {}

def load(key):
    if key not in cache:
        cache[key] = key.upper()
    return cache[key]

def main(keys):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(load, keys))
""",
        right="""\
import threading
from concurrent.futures import ThreadPoolExecutor

cache = {}
lock = threading.Lock()

def load(key):
    with lock:
        if key not in cache:
            cache[key] = key.upper()
        return cache[key]

def main(keys):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(load, keys))
""",
        sources=(sources.ATOMICITY,),
    ),
    Rule(
        code="ADV310",
        name="relies-on-gil",
        severity="note",
        happens="Only a GIL keeps this whole: on a free-threaded build threads share it at the same moment.",
        advice="Give the iterator or the container a lock of its own, or hand items out through queue.Queue.",
        why="Iterators, and going through a container that another thread changes, are not made safe by "
        "free-threaded builds; they "
        "only must not crash. Two threads can get one item, or none.",
        wrong="""\
import threading

items = iter(range(1000))

def work():
    while True:
        print(next(items))

def main():
    for _ in range(4):
        threading.Thread(target=work).start()
""",
        right="""\
import threading

items = iter(range(1000))
lock = threading.Lock()

def work():
    while True:
        with lock:
            item = next(items)
        print(item)

def main():
    for _ in range(4):
        threading.Thread(target=work).start()
""",
        sources=(sources.FREE_THREADING, sources.ITERATORS),
    ),
)
