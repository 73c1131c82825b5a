"""threading.Thread, started and joined: each thread takes the next item until none is left."""

import threading


def run(function, items, threads):
    """Share the items out between threads; the first exception is raised here."""
    results = [None] * len(items)
    errors = []
    numbered = iter(enumerate(items))
    taking = threading.Lock()

    def work():
        while not errors:
            with taking:
                index, item = next(numbered, (None, None))
            if index is None:
                return
            try:
                results[index] = function(item)
            except BaseException as error:
                errors.append(error)

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]
    return results
