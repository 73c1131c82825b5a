"""Runs a program as it always runs, watched: ``python launch.py REQUEST.json``.

The request is a file of one JSON object:

``script`` or ``module``  what to run: a path, or a name as after ``-m``
``arguments``   what follows it on its command line
``look``        "survey": sampled; "close": with the instrumented source of a few sites; "none": only run
``folder``      where to write what was seen; the files are those that ``survey`` and ``close_look`` name
``sources``     folders whose code is the program's own
``sites``       for a close look: ``{file: [site ids]}``
``launched_seconds``  the host's monotonic clock when it started this process

Standard streams, environment and working directory are the program's. What is seen goes to files, never to a
descriptor, which the program might close or take for its own.
"""

import json
import os
import sys
from time import monotonic

PACKAGE = "_advisor_probe"


def _add_package():  # type: () -> None
    """Make the probe importable as a package, without its folder on the path, where it could hide modules."""
    import importlib.util

    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    init = os.path.join(here, "__init__.py")
    spec = importlib.util.spec_from_file_location(PACKAGE, init, submodule_search_locations=[here])
    if spec is None or spec.loader is None:
        sys.exit("%s cannot be imported." % init)
    module = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = module
    spec.loader.exec_module(module)


def _launch():  # type: () -> None
    began_seconds = monotonic()
    _add_package()
    from _advisor_probe.program import main_module, program_supervision, watching

    program_supervision.supervise()
    with open(sys.argv[1], encoding="utf-8") as file:
        request = json.load(file)
    program_supervision.tell_pid(request["folder"])
    request["path"] = [os.path.abspath(entry) for entry in sys.path[1:]]
    program = main_module.prepare(request)
    watching.begin(request, began_seconds)
    program()


if __name__ == "__main__":
    _launch()
