"""The world of two cooperations, made anew for each test that asks for it."""

import pytest
from world import World, build_world


@pytest.fixture
def world(db: None) -> World:
    return build_world()
