"""What a message is made of, and what it becomes: what `messages` and its neighbours share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from backend.rota.agreed import Agreed
from backend.rota.models import Notice
from backend.words.changes import terms


@dataclass(frozen=True)
class About:
    """One thing that a message is about, as it is now. `key`: of the page that shows it; `title`:
    what its session is called in a message; `was`: what she had agreed to, where that has changed;
    `others`: sessions that fit as well, where this one is lost; `state`: of the row, of a booking
    that ended why it did; `hindered`: a family could not say yes as things are, for so many
    of its children alone it could (`could_come`);
    `fit_again`: so many of them left it because of the ages, and could come now;
    `reopened`: it had been called off, and she had promised to come, or was asked (rota.Offer);
    `unminded`: nobody has said yes to look after the children, and `asked_again`: somebody had, and
    is asked whether she still can; `at_home`: a visit at the family's
    home; `because`: what made a pause for which nobody wrote why; `by`: the account that did it,
    whose own telephone need not ring.
    """

    key: int
    title: str = ""
    role: str = ""
    agreed: Agreed | None = None
    was: Agreed | None = None
    answer_by: datetime | None = None
    state: str = ""
    why: str = ""
    because: str = ""
    number: int = 0
    name: str = ""
    day: date | None = None
    notice: Notice | None = None
    others: Sequence[Agreed] = ()
    hindered: bool = False
    could_come: int = 0
    fit_again: int = 0
    reopened: str = ""
    unminded: bool = False
    asked_again: bool = False
    at_home: bool = False
    by: int | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """A message in words; `variables` are what a provider's own template is filled with."""

    title: str
    text: str
    variables: dict[str, str] = field(default_factory=dict)


Things = Sequence[About]
NAMED = 9  # lines of a message


def listed(lines: Sequence[str]) -> str:
    """A line for each; several begin with a point."""
    return lines[0] if len(lines) == 1 else "\n".join(f"• {line}" for line in lines)


def first_of(lines: Sequence[str]) -> list[str]:
    """As many as one reads in a message; the page behind it has them all."""
    if len(lines) <= NAMED:
        return list(lines)
    rest = _("还有 %(n)d 处，打开看全部。") % {"n": len(lines) - NAMED}
    return [*lines[:NAMED], rest]


def ran_out(things: Things) -> str:
    """The title where nobody answered in time."""
    if len(things) == 1:
        return _("回复的时间过了")
    return _("有 %(n)d 场过了回复的时间") % {"n": len(things)}


def what_of(one: About) -> str:
    """11 月 28 日 周六 15:00–16:30，亲子园，「亲子课」（主讲）"""
    said = []
    if one.agreed is not None:
        said.append(terms(one.agreed, frozenset({"time", "place"})))
    said.append(_("「%(title)s」") % {"title": one.title})
    if one.role:
        said[-1] += _("（%(role)s）") % {"role": one.role}
    return _("，").join(said)


def by_place(things: Things, at_home: str, otherwise: str) -> str:
    """Of visits at home nothing is said of seats, nor of going anywhere."""
    return at_home if all(one.at_home for one in things) else otherwise


def sentences(*parts: str) -> str:
    """Each with one full stop."""
    said = [part.rstrip("。. ") for part in parts if part]
    return "".join(f"{one}{_('。')}" for one in said).rstrip()
