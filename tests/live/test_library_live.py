"""``analyze`` from a script, and the magics in a real notebook kernel, both with the built wheel."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.live.commands import Installed

SCRIPT = """
import time

from advisor import analyze


def nap(seconds):
    time.sleep(seconds)
    return seconds


if __name__ == "__main__":
    report = analyze(nap, [0.01] * 30, budget=4, lines=False, models=["threading"])
    print(report.recommendation.plan.model, report.target.name)
"""
CELLS = (
    "%load_ext advisor",
    "import time\nNAP = 0.01\nitems = [NAP] * 30\n\ndef longer(seconds):\n    return seconds * 1.0",
    """%%advise nap items --budget 4 --no-lines --models threading
def nap(seconds):
    time.sleep(longer(seconds))
    return seconds""",
    "%advise 'lambda item: item' items",
)


def test_a_script_hands_over_its_own_function(
    installed: Installed, advisor_environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    done = run_python(installed, "script.py", tmp_path, advisor_environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "threading script.py:nap\n"


def test_a_script_without_a_guard_is_told_so(
    installed: Installed, advisor_environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "script.py").write_text(SCRIPT.replace('if __name__ == "__main__":', "if True:"), encoding="utf-8")
    done = run_python(installed, "script.py", tmp_path, advisor_environment)
    assert done.returncode == 1
    assert 'Call it under if __name__ == "__main__":' in done.stderr


def run_python(
    installed: Installed, script: str, folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [installed.python, script], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_notebook_analyses_the_function_of_a_cell(
    installed: Installed, advisor_environment: dict[str, str], tmp_path: Path
) -> None:
    shown = [told(messages) for messages in run_cells(installed, tmp_path, advisor_environment)]
    assert shown[0] == shown[1] == {}
    assert "under threading" in shown[2]["text/plain"]
    assert "advisor-fragment" in shown[2]["text/html"]
    assert "lambda has no name" in shown[3]["stderr"]


def told(messages: list[dict[str, Any]]) -> dict[str, str]:
    """What a cell showed last, by kind."""
    found: dict[str, str] = {}
    for message in messages:
        content = message["content"]
        if message["header"]["msg_type"] == "stream":
            found[content["name"]] = found.get(content["name"], "") + content["text"]
        elif message["header"]["msg_type"] in {"execute_result", "error"}:
            found.update(content.get("data") or {"error": "\n".join(content["traceback"])})
    return found


def run_cells(installed: Installed, folder: Path, environment: dict[str, str]) -> list[list[dict[str, Any]]]:
    """The messages that each cell sends, from a kernel of the environment that holds the wheel."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import KernelManager

    spec = folder / "kernels" / "installed"
    spec.mkdir(parents=True)
    command = [str(installed.python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    text = json.dumps({"argv": command, "display_name": "installed", "language": "python"})
    (spec / "kernel.json").write_text(text, encoding="utf-8")
    specs = KernelSpecManager(kernel_dirs=[str(folder / "kernels")], ensure_native_kernel=False)
    manager = KernelManager(kernel_name="installed", kernel_spec_manager=specs)
    manager.start_kernel(cwd=str(folder), env={**environment, "IPYTHONDIR": str(folder / "ipython")})
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        sent: list[list[dict[str, Any]]] = []
        for cell in CELLS:
            sent.append([])
            client.execute_interactive(cell, timeout=60, output_hook=sent[-1].append)
        return sent
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=False)
        manager.cleanup_resources()
