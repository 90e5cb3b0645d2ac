"""What someone oversees, and whether one session lies in it; pure, so that a socket asks it of many
rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from backend.organisations.policy import area_of, outermost
from backend.places.codes import COUNTY, STREET


@dataclass(frozen=True, slots=True)
class Area:
    """Where the work of the organisation at `path` lies: `code` of its division, "" everywhere."""

    path: str
    code: str

    @property
    def by_county(self) -> bool:
        return len(self.code) <= COUNTY

    @property
    def street(self) -> str:
        """A village works in its street: venues are known by streets."""
        return self.code[:STREET]

    def holds(self, county_code: str, street_code: str) -> bool:
        """A session at a family's home has no venue and no street: it lies in its county only."""
        if self.by_county:
            return county_code.startswith(self.code)
        return street_code.startswith(self.street)


@dataclass(frozen=True, slots=True)
class Sight:
    """`paths`: below these she sees everything. `areas`: where the organisations behind them work;
    there she sees what an organisation above them keeps. `pairs`: below these she sees what tells
    of children in pairs, too: their visits, and the ledgers that hold them."""

    paths: tuple[str, ...] = ()
    areas: tuple[Area, ...] = ()
    pairs: tuple[str, ...] = ()

    def whole(self, path: str) -> bool:
        """Whether she sees everything of the organisation at `path`."""
        return any(path.startswith(own) for own in self.paths)

    def pairs_of(self, path: str) -> bool:
        """Whether she sees the pairs of the organisation at `path`."""
        return any(path.startswith(own) for own in self.pairs)

    def below(self, path: str) -> bool:
        """Whether the organisation at `path` stands above one of hers."""
        return any(own.startswith(path) for own in self.paths)

    def areas_below(self, path: str) -> list[Area]:
        """The areas of those of her organisations that the one at `path` stands above."""
        return [area for area in self.areas if area.path.startswith(path)]

    def session(
        self, path: str, county_code: str, street_code: str, organisers: Iterable[str] = ()
    ) -> bool:
        """Whether she sees a session of a rota that the organisation at `path` keeps, there, run
        together with the organisations at these paths."""
        return (
            self.whole(path)
            or any(area.holds(county_code, street_code) for area in self.areas_below(path))
            or any(self.whole(organiser) for organiser in organisers)
        )


def sight_of(
    memberships: Iterable[tuple[str, str | None, int]], pairs: Iterable[str] = ()
) -> Sight:
    """Of (path, division code, level) of the organisations that she oversees, and the paths of
    those whose pairs she may see."""
    rows = sorted(memberships)
    paths = [path for path, _, _ in rows]
    found = [(path, area_of(code, level)) for path, code, level in rows]
    areas = [Area(path, code) for path, code in found if code is not None]
    return Sight(tuple(outermost(paths)), tuple(areas), tuple(outermost(sorted(pairs))))
