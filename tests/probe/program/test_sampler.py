from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from advisor.probe.program.own_code import OwnCode
from advisor.probe.program.sampler import Sampler

NOT_A_THREAD = -1


def look_from_inside(sampler: Any) -> None:
    for _ in range(2):
        sampler._look(NOT_A_THREAD)


def seen_by(sampler: Any, folder: Path) -> dict[str, Any]:
    path = folder / "watched.json"
    sampler.write(str(path), {})
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_a_look_sees_the_way_through_the_programs_own_code(tmp_path: Path) -> None:
    sampler: Any = Sampler(OwnCode([str(Path(__file__).parent)]))
    sampler._begun_seconds = 0.0
    look_from_inside(sampler)
    found = seen_by(sampler, tmp_path)
    functions = [found["places"][place][1] for place in found["stacks"][0]["places"]]
    assert functions[-1].endswith("look_from_inside")
    assert found["looks"] == 2


def test_code_of_others_is_not_the_programs_own(tmp_path: Path) -> None:
    (tmp_path / "site-packages").mkdir()
    own: Any = OwnCode([str(tmp_path)], ("named",))
    assert str(tmp_path / "a.py") in own
    assert str(tmp_path / "site-packages" / "b.py") not in own
    assert str(tmp_path / "site-packages" / "named" / "c.py") in own
    assert json.__file__ not in own
