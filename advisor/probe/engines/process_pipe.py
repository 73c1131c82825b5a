"""multiprocessing.Process and Pipe: each worker has a pipe and gets its next chunk when it answers."""

import multiprocessing
import multiprocessing.connection
import traceback


def _work(function, pipe):
    for start, chunk in iter(pipe.recv, None):
        try:
            pipe.send((start, [function(item) for item in chunk], None))
        except Exception:
            pipe.send((start, None, traceback.format_exc()))


def _start_worker(context, function):
    ours, theirs = context.Pipe()
    worker = context.Process(target=_work, args=(function, theirs), daemon=True)
    worker.start()
    theirs.close()
    return worker, ours


def run(function, items, processes, chunk_size, start_method):
    """Hand out chunks of items on demand and put the answers in order."""
    context = multiprocessing.get_context(start_method)
    workers = [_start_worker(context, function) for _ in range(processes)]
    pipes = [pipe for _, pipe in workers]
    chunks = ((start, items[start : start + chunk_size]) for start in range(0, len(items), chunk_size))
    results = [None] * len(items)
    try:
        for pipe in pipes:
            pipe.send(next(chunks, None))
        busy = set(pipes[: -(-len(items) // chunk_size)])
        while busy:
            for pipe in multiprocessing.connection.wait(busy):
                start, values, error = pipe.recv()
                if error:
                    raise RuntimeError(error)
                results[start : start + len(values)] = values
                following = next(chunks, None)
                pipe.send(following)
                if following is None:
                    busy.remove(pipe)
    except (EOFError, ConnectionError):
        raise RuntimeError("a worker process died") from None
    finally:
        for worker, pipe in workers:
            pipe.close()
            worker.terminate()
            worker.join()
    return results
