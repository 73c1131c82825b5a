from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.child.host import free_memory_bytes, memory_limit_bytes
from tests.pipeline.sample_costs import GB, a_system, put


def test_memory_is_the_machines_where_nothing_limits_it(tmp_path: Path) -> None:
    assert memory_limit_bytes(a_system(tmp_path)) == 16 * GB
    assert free_memory_bytes(a_system(tmp_path)) == 12 * GB


def test_a_version_2_group_limits_memory(tmp_path: Path) -> None:
    root = put(
        tmp_path,
        proc__self__cgroup="0::/user/job\n",
        **{
            "sys__fs__cgroup__user__job__memory.max": f"{4 * GB}\n",
            "sys__fs__cgroup__user__job__memory.current": f"{3 * GB}\n",
            "sys__fs__cgroup__user__job__memory.stat": f"anon 5\ninactive_file {1 * GB}\n",
            "sys__fs__cgroup__user__memory.max": "max\n",
        },
    )
    assert memory_limit_bytes(a_system(root)) == 4 * GB
    assert free_memory_bytes(a_system(root)) == 2 * GB


def test_a_group_above_can_be_the_tighter_one(tmp_path: Path) -> None:
    root = put(
        tmp_path,
        proc__self__cgroup="0::/user/job\n",
        **{
            "sys__fs__cgroup__user__job__memory.max": f"{4 * GB}\n",
            "sys__fs__cgroup__user__memory.max": f"{2 * GB}\n",
        },
    )
    assert memory_limit_bytes(a_system(root)) == 2 * GB


def test_a_version_1_group_limits_memory_beside_an_empty_version_2(tmp_path: Path) -> None:
    root = put(
        tmp_path,
        proc__self__cgroup="5:cpu,memory:/docker/0a1b\n1:name=systemd:/\n0::/\n",
        **{
            "sys__fs__cgroup__memory__memory.limit_in_bytes": f"{1 * GB}\n",
            "sys__fs__cgroup__memory__memory.usage_in_bytes": f"{GB // 2}\n",
        },
    )
    assert memory_limit_bytes(a_system(root)) == GB
    assert free_memory_bytes(a_system(root)) == GB // 2


def test_no_limit_of_version_1_is_larger_than_any_machine(tmp_path: Path) -> None:
    root = put(
        tmp_path,
        proc__self__cgroup="4:memory:/\n",
        **{"sys__fs__cgroup__memory__memory.limit_in_bytes": "9223372036854771712\n"},
    )
    assert memory_limit_bytes(a_system(root)) == 16 * GB


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    group=st.text(max_size=20) | st.text("/.\0a", max_size=6),
    limit=st.text(max_size=20) | st.integers(0, 20 * GB).map(str),
    stat=st.text("inactive_file 019\n", max_size=30),
)
def test_whatever_the_system_files_say_memory_is_between_0_and_the_machines(
    tmp_path: Path, group: str, limit: str, stat: str
) -> None:
    (tmp_path / "proc/self").mkdir(parents=True, exist_ok=True)
    (tmp_path / "proc/self/cgroup").write_text(f"0::{group}\n4:memory:/{group}\n", encoding="utf-8", errors="replace")
    (tmp_path / "sys/fs/cgroup").mkdir(parents=True, exist_ok=True)
    (tmp_path / "sys/fs/cgroup/memory.stat").write_text(stat)
    (tmp_path / "sys/fs/cgroup/memory.max").write_text(limit, encoding="utf-8", errors="replace")
    assert 0 <= memory_limit_bytes(a_system(tmp_path)) <= 16 * GB
    assert 0 <= free_memory_bytes(a_system(tmp_path)) <= 12 * GB
