from __future__ import annotations

import pytest

from tests import city
from tests.web.odd.scene import Scene


@pytest.fixture
def scene(db: None, stopped_clock: None) -> Scene:
    return Scene(city.build())
