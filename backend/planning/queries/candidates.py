"""Who could be asked for a shift, best first, and why nobody else: the engine's answers on the plan
of the page, with people's names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backend.access.queries import Someone, sees_whole, volunteers_named
from backend.common.bulk import among
from backend.planning.models import Proposal
from backend.planning.queries.desk import SessionDesk, desk_for
from backend.planning.queries.heads import arranged, asked_so_far
from backend.planning.queries.reasons import Reason, hers, parts_of, score_of
from backend.planning.queries.unsettled import unsettled
from backend.rota.models import Session, Shift
from backend.rota.snapshot.excerpt import Excerpt, excerpts_of
from backend.rota.snapshot.ids import number, shift_id, volunteer_id
from backend.rota.snapshot.rows import JsonRows
from backend.rota.snapshot.sessions import with_requirements
from backend.volunteers.models import Volunteer
from matching import Desk, Lacking, Plan, Violation

SHOWN = 30
NEARLY = 5  # people who lack least
LOOKED_AT = 20  # people who lack little: whether one place less elsewhere would let them come
SPARE = 2  # more of them are asked, in case the rules have nothing against some at a closer look


@dataclass(frozen=True)
class NamedCandidate:
    volunteer: int
    name: str
    parts: tuple[Reason, ...]

    @property
    def score(self) -> int:
        return score_of(self.parts)


@dataclass(frozen=True)
class Nearly:
    """Somebody who lacks little, and all that she lacks. `unsettled`: against this session nothing
    is, but against something else that she has promised in its week."""

    volunteer: int
    name: str
    violations: tuple[Violation, ...]
    unsettled: bool = False


@dataclass(frozen=True)
class Candidates:
    """`funnel`: ("everyone", n), then how many each rule leaves. `asked`: how many were asked for
    the shift so far. `arranged`: heads.Head.arranged. `her`: the parts of the
    person who is to be replaced. `freeing`: where nobody is able, (volunteer, shift): she could
    come if she did not have that shift."""

    able: list[NamedCandidate]
    nearly: list[Nearly]
    funnel: list[tuple[str, int]]
    asked: int
    arranged: int
    her: tuple[Reason, ...] = ()
    freeing: tuple[tuple[int, int], ...] = ()

    def among(self, user: Someone, session: Session) -> Candidates:
        """Only those whom the reader may name. One statement more where she sees a part of the rota
        alone."""
        if sees_whole(user, session.rota.organisation):
            return self
        found = {one.volunteer for one in self.able} | {one.volunteer for one in self.nearly}
        found |= {volunteer for volunteer, _ in self.freeing}
        rows = volunteers_named(user, session).filter(pk__in=found)
        hers = set(rows.values_list("pk", flat=True))
        able = [one for one in self.able if one.volunteer in hers]
        nearly = [one for one in self.nearly if one.volunteer in hers]
        freeing = tuple(pair for pair in self.freeing if pair[0] in hers)
        return replace(self, able=able, nearly=nearly, freeing=freeing)


def candidates(
    shift: Shift, proposal: Proposal | None, now: datetime, instead_of: int = 0
) -> Candidates:
    """Everyone whom the rota could ask (shift with its role, rota, organisation and programme),
    judged on the plan of the page; as if `instead_of` did not have the shift, where somebody is
    named. The number of statements does not grow with the city."""
    asked = desk_for(shift.session, proposal, now)
    desk = asked.without(instead_of, shift.pk) if instead_of else asked.desk
    best = desk.candidates(shift_id(shift.pk), SHOWN + 1)
    best = [c for c in best if c.volunteer != volunteer_id(instead_of)][:SHOWN]
    little = desk.nearly(shift_id(shift.pk), NEARLY + SPARE if best else LOOKED_AT)
    lacking = little[: NEARLY + SPARE]
    ids = [number(c.volunteer) for c in best]
    apart = unsettled(shift.session, asked.around, ids, now)
    counted = _counted(shift, proposal, [*ids, *(number(x.candidate.volunteer) for x in lacking)])
    names = {row["pk"]: row["name"] for row in counted.names}
    return Candidates(
        [_candidate(desk, c, names) for c in best if number(c.volunteer) not in apart],
        [Nearly(pk, names[pk], against, unsettled=True) for pk, against in apart.items()]
        + _nearly(shift, asked, lacking, names, now)[:NEARLY],
        _funnel(asked, desk, shift),
        counted.asked,
        counted.has,
        hers(asked, shift.pk, instead_of) if instead_of else (),
        () if best else _freeing(desk, shift.pk, little),
    )


def _freeing(desk: Desk, shift: int, lacking: Sequence[Lacking]) -> tuple[tuple[int, int], ...]:
    """Who could come if she did not have one place elsewhere, and which; who lacks least first."""
    here = desk.problem.shift_of[shift_id(shift)][0]
    found = []
    for lacks in lacking:
        who = lacks.candidate.volunteer
        for _, other in desk.hers[who]:
            elsewhere = desk.problem.shift_of[other][0] is not here
            if elsewhere and not desk.without(who, other).refusals(who, shift_id(shift)):
                found.append((number(who), number(other)))
    return tuple(found)


def _counted(shift: Shift, proposal: Proposal | None, volunteers: Sequence[int]) -> Any:
    """The shift with the numbers that stand on its page, and what these people are called."""
    here = Session.objects.filter(pk=shift.session_id)
    named = Volunteer.objects.filter(among("pk", volunteers)).values("pk", "name")
    rows = Shift.objects.annotate(
        asked=asked_so_far(), has=arranged(proposal, here), names=JsonRows(named)
    )
    return rows.get(pk=shift.pk)


def _candidate(desk: Desk, found: Any, names: Mapping[int, str]) -> NamedCandidate:
    pk = number(found.volunteer)
    return NamedCandidate(pk, names[pk], parts_of(desk, found))


def telling(funnel: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """The start, and the rules that leave fewer than the one before."""
    return [step for n, step in enumerate(funnel) if n == 0 or step[1] < funnel[n - 1][1]]


def _funnel(asked: SessionDesk, desk: Desk, shift: Shift) -> list[tuple[str, int]]:
    """The engine's, with everybody in front: who lives too far away is not on the desk."""
    steps = desk.funnel(shift_id(shift.pk))[1:]
    return telling([("everyone", asked.everyone), *((step.rule, step.left) for step in steps)])


def _nearly(
    shift: Shift,
    asked: SessionDesk,
    lacking: Sequence[Lacking],
    names: Mapping[int, str],
    now: datetime,
) -> list[Nearly]:
    """What these people lack, as asking them would say it: the desk knows her hours of these days
    alone, her own excerpt whether she has said any."""
    session = shift.session
    ids = [number(x.candidate.volunteer) for x in lacking]
    excerpts = _excerpts(session, ids, asked, now)
    found = []
    for pk, lacks in zip(ids, lacking, strict=True):
        beside = [v for v in lacks.violations if v.rule in ("alternatives", "head_count")]
        violations = (*excerpts[pk].against(shift.pk), *beside) if pk in excerpts else ()
        if violations:
            found.append(Nearly(pk, names[pk], violations))
    return sorted(found, key=lambda nearly: len(nearly.violations))


def _excerpts(
    session: Session, ids: Sequence[int], asked: SessionDesk, now: datetime
) -> dict[int, Excerpt]:
    """Her excerpt with what the open proposal would give her and take from her."""
    new = {pair: at for pair, at in asked.change.new.items() if pair[0] in ids}
    elsewhere = set(new.values()) - {session.pk}
    others = Session.objects.select_related("rota", "programme").in_bulk(elsewhere)
    wanted = {
        pk: [session, *(others[at] for (v, _), at in new.items() if v == pk and at in others)]
        for pk in ids
    }
    shifts = list(asked.around.shifts)
    if elsewhere:
        shifts += with_requirements(Shift.objects.filter(session__in=elsewhere)).order_by("pk")
    found = excerpts_of(wanted, now=now, shifts=shifts, asking=True)
    return {
        pk: _as_proposed(found[pk, session.rota_id], new, asked.change.gone)
        for pk in ids
        if (pk, session.rota_id) in found
    }


def _as_proposed(
    excerpt: Excerpt, new: Mapping[tuple[int, int], int], gone: frozenset[tuple[int, int]]
) -> Excerpt:
    her = volunteer_id(excerpt.volunteer_pk)
    known = excerpt.problem.shift_of
    told = excerpt.problem.current or Plan()
    pairs = {pair for pair in told.assignments if pair not in _named(gone)}
    pairs |= {pair for pair in _named(new) if pair[0] == her and pair[1] in known}
    current = Plan(tuple(sorted(pairs)), told.seats)
    return replace(excerpt, problem=replace(excerpt.problem, current=current))


def _named(pairs: Iterable[tuple[int, int]]) -> set[tuple[str, str]]:
    return {(volunteer_id(v), shift_id(h)) for v, h in pairs}
