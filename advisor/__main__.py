"""``python -m advisor``."""

from __future__ import annotations

import os
from typing import NoReturn

INTERRUPTED = 130


def main() -> NoReturn:
    """Entry of the ``advisor`` command: a request to end that comes while it begins is an interruption too."""
    try:
        from .cli.exit_statuses import main as run

        run()
    except KeyboardInterrupt:
        os.write(2, b"advisor: interrupted.\n")
        os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
