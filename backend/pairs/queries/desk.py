"""What a coordinator sees: the children of her organisations and of those below, and how each is
looked after. What a mentor wrote of a visit is read by one role alone."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from backend.access.queries import Someone
from backend.access.refusals import NotSeen
from backend.common.clock import local_day
from backend.common.reading import key
from backend.organisations.models import Membership
from backend.organisations.policy import LOOKS
from backend.organisations.queries import can_coordinate, scope_paths, within
from backend.pairs.models import Pair, PairedChild, PairMeeting, PairMeetingChange
from backend.pairs.policy import GRACE, LONG_REST
from backend.pairs.states import LIVE_PAIRS, PairState
from backend.volunteers.models import Volunteer
from backend.volunteers.queries import matching_words

READS_WORDS = (Membership.Role.OFFICER,)
UNOPENED = ("nickname", "birth_month", "guardian")
A_LOOK = 20  # visits of a child on its page, the newest


class DeskFilter:
    """Which children a list shows."""

    OVERDUE = "overdue"
    ASKED = "asked"
    RESTING = "resting"
    FREE = "free"
    ALL = "all"
    EACH = (OVERDUE, ASKED, RESTING, FREE, ALL)


def children_seen(user: Someone) -> QuerySet[PairedChild]:
    hers = within(scope_paths(user, LOOKS), "organisation__path")
    return PairedChild.objects.filter(hers)


def counted(user: Someone, now: datetime) -> dict[str, int]:
    """Filter → how many children. One statement."""
    rows = children_seen(user).annotate(
        late=_has(_late(local_day(now))),
        waits=_has(Q(state=PairState.ASKED)),
        rests=_has(_resting(now)),
        live=_live(),
    )
    found: dict[str, int] = rows.aggregate(
        overdue=Count("pk", filter=Q(late=True)),
        asked=Count("pk", filter=Q(waits=True)),
        resting=Count("pk", filter=Q(rests=True)),
        free=Count("pk", filter=Q(live=False, forgotten_at=None)),
        all=Count("pk"),
    )
    return found


def listed(user: Someone, which: str, words: str, now: datetime) -> QuerySet[PairedChild]:
    """Those that the filter and the words mean, each with `now`, its live pairs, in a statement of
    its own: whose visit is expected first comes first, then the newest."""
    rows = children_seen(user).filter(_meant(which, now)).defer(*UNOPENED)
    if words:
        rows = rows.filter(_said(words))
    live = Pair.objects.filter(state__in=LIVE_PAIRS).defer("said")
    live = live.select_related("mentor", "follows__mentor").order_by("pk")
    expected = Pair.objects.filter(child=OuterRef("pk"), state=PairState.STANDING).values("due_on")
    rows = rows.annotate(due=Coalesce(expected[:1], None))
    shown = rows.order_by(F("due").asc(nulls_last=True), "-noted_at", "-pk")
    return shown.select_related("organisation").prefetch_related(
        Prefetch("pairs", queryset=live, to_attr="now")
    )


def overdue_for(user: Someone, today: date) -> QuerySet[PairedChild]:
    """The children whom somebody should have visited by now."""
    return children_seen(user).filter(_has(_late(today)))


def child_seen(user: Someone, pk: int) -> PairedChild:
    """Raises NotSeen."""
    row = children_seen(user).filter(pk=pk).select_related("organisation").first()
    if row is None:
        raise NotSeen
    return row


def may_act(user: Someone, child: PairedChild) -> bool:
    return can_coordinate(user, child.organisation)


def reads_words(user: Someone, child: PairedChild) -> bool:
    """What a mentor wrote is for who answers for children's information, not for whoever plans."""
    return any(child.organisation.path.startswith(path) for path in scope_paths(user, READS_WORDS))


def pairs_of_child(child: PairedChild) -> list[Pair]:
    """The newest first. One statement."""
    rows = child.pairs.select_related("mentor__organisation", "follows__mentor", "engagement")
    return list(rows.order_by("-pk"))


def meetings_of(child: PairedChild, *, words: bool) -> list[PairMeeting]:
    """The newest A_LOOK, each with its `history`, the newest change first; what was written stays
    closed unless `words`. Two statements."""
    rows = PairMeeting.objects.filter(pair__child=child).select_related("pair__mentor", "place")
    before = PairMeetingChange.objects.select_related("changed_by").order_by("-changed_at", "-pk")
    if not words:
        rows, before = rows.defer("words"), before.defer("words")
    rows = rows.prefetch_related(Prefetch("changes", queryset=before, to_attr="history"))
    return list(rows.order_by("-began_at", "-pk")[:A_LOOK])


def _meant(which: str, now: datetime) -> Q:
    return {
        DeskFilter.OVERDUE: Q(_has(_late(local_day(now)))),
        DeskFilter.ASKED: Q(_has(Q(state=PairState.ASKED))),
        DeskFilter.RESTING: Q(_has(_resting(now))),
        DeskFilter.FREE: Q(~_live(), forgotten_at=None),
    }.get(which, Q())


def _said(words: str) -> Q:
    """By a mentor that it has or is asked for, or by its own number."""
    mentors = Volunteer.objects.filter(matching_words(words)).values("pk")
    meant = Q(_has(Q(state__in=LIVE_PAIRS, mentor__in=mentors)))
    number = key(words.strip())
    return meant if number is None else meant | Q(pk=number)


def _late(today: date) -> Q:
    return Q(state=PairState.STANDING, due_on__lt=today - GRACE)


def _resting(now: datetime) -> Q:
    """As policy.rests_long()."""
    return Q(state=PairState.PAUSED) & (Q(rested_at=None) | Q(rested_at__lte=now - LONG_REST))


def _live() -> Exists:
    return _has(Q(state__in=LIVE_PAIRS))


def _has(which: Q) -> Exists:
    return Exists(Pair.objects.filter(which, child=OuterRef("pk")))
