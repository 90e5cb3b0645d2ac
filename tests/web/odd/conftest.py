from __future__ import annotations

import pytest

from tests.web.odd.scene import Scene, make_scene


@pytest.fixture
def scene(db: None, stopped_clock: None) -> Scene:
    return make_scene()
