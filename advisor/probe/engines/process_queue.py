"""multiprocessing.Process and Queue: workers take chunks from one queue and answer on another."""

import multiprocessing
import pickle
import queue
import traceback


def _work(function, chunks, answers):
    for start, chunk in iter(chunks.get, None):
        try:
            # Pickled here, where a result that cannot be pickled still raises.
            answer = pickle.dumps((start, [function(item) for item in chunk], None))
        except Exception:
            answer = pickle.dumps((start, None, traceback.format_exc()))
        answers.put(answer)


def _next_answer(answers, workers):
    while True:
        # Looked at before waiting: what a worker has sent before it ended is still to be read.
        died = any(worker.exitcode for worker in workers) or not any(worker.is_alive() for worker in workers)
        try:
            return pickle.loads(answers.get(timeout=0.5))  # noqa: S301 - from this program's own workers
        except queue.Empty:
            if died:
                raise RuntimeError("a worker process died") from None


def run(function, items, processes, chunk_size, start_method):
    """Feed the workers chunks of items and put the answers in order."""
    context = multiprocessing.get_context(start_method)
    chunks, answers = context.Queue(), context.Queue()
    workers = [context.Process(target=_work, args=(function, chunks, answers)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    starts = range(0, len(items), chunk_size)
    for start in starts:
        chunks.put((start, items[start : start + chunk_size]))
    for _ in workers:
        chunks.put(None)
    results = [None] * len(items)
    try:
        for _ in starts:
            start, values, error = _next_answer(answers, workers)
            if error:
                raise RuntimeError(error)  # noqa: TRY301 - printed for users, as they would write it
            results[start : start + len(values)] = values
    except BaseException:
        for worker in workers:
            worker.terminate()
        chunks.cancel_join_thread()
        raise
    for worker in workers:
        worker.join()
    return results
