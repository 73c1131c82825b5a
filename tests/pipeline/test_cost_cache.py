from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.pipeline import cost_cache
from advisor.records import CostRow
from tests.pipeline.sample_costs import QUICK, rows


def test_a_file_that_cannot_be_replaced_leaves_no_litter(tmp_path: Path) -> None:
    kept = cost_cache.Kept(key="key", measured_at_seconds=1.0, full=False, rows=QUICK)
    cost_cache.store(tmp_path, kept)
    (file,) = tmp_path.iterdir()
    file.unlink()
    file.mkdir()
    cost_cache.store(tmp_path, kept)
    assert list(tmp_path.iterdir()) == [file]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(damage=st.binary(max_size=200) | st.integers(0, 400))
def test_a_damaged_file_is_ignored(tmp_path: Path, damage: bytes | int) -> None:
    cost_cache.store(tmp_path, cost_cache.Kept(key="key", measured_at_seconds=1.0, full=False, rows=QUICK))
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage if isinstance(damage, bytes) else file.read_bytes()[:damage])
    assert cost_cache.load(tmp_path, "key", 1.0) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(kept_rows=rows, full=st.booleans(), key=st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_kept_comes_back_as_it_was(
    tmp_path: Path, kept_rows: tuple[CostRow, ...], full: bool, key: str
) -> None:
    kept = cost_cache.Kept(key=key, measured_at_seconds=5.0, full=full, rows=kept_rows)
    cost_cache.store(tmp_path, kept)
    assert cost_cache.load(tmp_path, key, 6.0) == kept
    assert cost_cache.load(tmp_path, key + "!", 6.0) is None
