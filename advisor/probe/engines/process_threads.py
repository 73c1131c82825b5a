"""Processes with long-lived threads in each: every thread gets its next chunk when it answers."""

import multiprocessing
import multiprocessing.connection
import threading
import traceback


def _work(function, pipe, threads):
    receiving, sending = threading.Lock(), threading.Lock()

    def take_and_answer():
        while True:
            with receiving:
                handed = pipe.recv()
            if handed is None:
                return
            start, chunk = handed
            try:
                answer = (start, [function(item) for item in chunk], None)
            except BaseException:
                answer = (start, None, traceback.format_exc())
            with sending:
                try:
                    pipe.send(answer)
                except Exception:
                    pipe.send((start, None, traceback.format_exc()))

    workers = [threading.Thread(target=take_and_answer) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _start_worker(context, function, threads):
    ours, theirs = context.Pipe()
    worker = context.Process(target=_work, args=(function, theirs, threads), daemon=True)
    worker.start()
    theirs.close()
    return worker, ours


def run(function, items, processes, threads, chunk_size, start_method):
    """Hand each process one chunk a thread, then one for every answer, and put the answers in order."""
    context = multiprocessing.get_context(start_method)
    workers = [_start_worker(context, function, threads) for _ in range(processes)]
    chunks = ((start, items[start : start + chunk_size]) for start in range(0, len(items), chunk_size))
    results = [None] * len(items)
    owed = dict.fromkeys((pipe for _, pipe in workers), 0)

    def hand_out(pipe):
        chunk = next(chunks, None)
        owed[pipe] += chunk is not None
        pipe.send(chunk)

    try:
        # Never more chunks out than threads to take them, so that neither end waits to send to the other.
        for _ in range(threads):
            for pipe in owed:
                hand_out(pipe)
        while any(owed.values()):
            for pipe in multiprocessing.connection.wait([pipe for pipe, count in owed.items() if count]):
                start, values, error = pipe.recv()
                if error:
                    raise RuntimeError(error)
                results[start : start + len(values)] = values
                owed[pipe] -= 1
                hand_out(pipe)
    except (EOFError, ConnectionError):
        raise RuntimeError("a worker process died") from None
    finally:
        for worker, pipe in workers:
            pipe.close()
            worker.terminate()
            worker.join()
    return results
