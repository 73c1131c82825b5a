"""Files of items -> plain rows, spooled for the children."""

from __future__ import annotations

import importlib.util
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import UnusableError
from ..records import Inputs, Unpack
from .target import looking_at

TABLES = (".csv", ".parquet")
_NO_PYARROW = "pyarrow, which reads .parquet, is not installed. Run: pip install 'concurrency-advisor[parquet]'"


def default_unpack(inputs: Inputs) -> Unpack:
    """Rows of a table have named columns and become keyword arguments; all else is one argument."""
    if inputs.kind == "file" and Path(inputs.source or "").suffix.lower() in TABLES:
        return "kwargs"
    return "none"


def check_inputs_file(path: Path) -> None:
    """See that the file can be read, without reading it.

    Raises:
        UnusableError: it is not there, is not a file, has another suffix, or what reads it is not installed.
    """
    if path.suffix.lower() not in READERS:
        raise UnusableError(f"--inputs {path}: the suffix must be one of {' '.join(sorted(READERS))}.")
    if path.suffix.lower() == ".parquet" and importlib.util.find_spec("pyarrow") is None:
        raise UnusableError(f"--inputs {path}: {_NO_PYARROW}")
    with looking_at(f"--inputs {path}"):
        if not path.exists():
            raise UnusableError(f"--inputs {path}: there is no such file.")
        if not path.is_file():
            raise UnusableError(f"--inputs {path}: that is not a regular file.")


def read_rows(path: Path, unpack: Unpack) -> list[Any]:
    """The file's items: rows of a table as dictionaries (as tuples under ``args``), elements of a list.

    Raises:
        UnusableError: the file cannot be read as what its suffix says, or holds nothing.
    """
    check_inputs_file(path)
    try:
        rows = READERS[path.suffix.lower()](path)
    except UnusableError:
        raise
    except Exception as error:
        first_line = str(error).strip().splitlines()[:1] or [""]
        raise UnusableError(f"--inputs {path}: it cannot be read: {type(error).__name__}: {first_line[0]}") from None
    if not rows:
        raise UnusableError(f"--inputs {path}: it holds no items.")
    if path.suffix.lower() in TABLES and unpack == "args":
        return [tuple(row.values()) for row in rows]
    return rows


def spool(rows: list[Any], folder: Path) -> str:
    """Write the rows where the children find them. Returns the path."""
    path = folder / "items.pickle"
    path.write_bytes(pickle.dumps(rows, protocol=4))
    return str(path)


def _read_json(path: Path) -> list[Any]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(rows, list):
        raise UnusableError(f"--inputs {path}: the file must hold a JSON list, one element a call.")
    return rows


def _read_jsonl(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _read_csv(path: Path) -> list[Any]:
    import pandas as pd

    return _plain(pd.read_csv(path).to_dict("records"))


def _read_parquet(path: Path) -> list[Any]:
    import pandas as pd
    import pyarrow as pa

    # Through pyarrow again: what is missing becomes None, an array a list.
    return _plain(pa.Table.from_pandas(pd.read_parquet(path), preserve_index=False).to_pylist())


def _plain(rows: list[dict[Any, Any]]) -> list[Any]:
    """Values as Python has them: the target's interpreter may have neither pandas nor numpy."""
    return [{str(key): _plain_value(value) for key, value in row.items()} for row in rows]


def _plain_value(value: Any) -> Any:
    for conversion in ("to_pydatetime", "to_pytimedelta", "tolist"):
        if hasattr(value, conversion):
            return getattr(value, conversion)()
    return value


READERS: dict[str, Callable[[Path], list[Any]]] = {
    ".json": _read_json,
    ".jsonl": _read_jsonl,
    ".csv": _read_csv,
    ".parquet": _read_parquet,
}
