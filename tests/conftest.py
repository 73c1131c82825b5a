"""What holds for every test: the fast ones first, and no test fails for being slow."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# A busy machine is no failure. In CI the same examples every time: a red run can be repeated.
settings.register_profile("project", deadline=None, derandomize="CI" in os.environ)
# What a schedule runs instead, by --hypothesis-profile: other examples every time, and many of them.
settings.register_profile("explore", deadline=None, derandomize=False, max_examples=1_000, print_blob=True)
settings.load_profile("project")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("live") is not None)


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADVISOR_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield
