"""The one small city in which doors and pages are tried: one user a role, one row a thing."""

from __future__ import annotations

from tests.city.small import Scene as Scene
from tests.city.small import build as build
