"""小桔灯 pairs of the county whose coordinator signs in: some stand, some wait for an answer, of
some the visit is overdue."""

from __future__ import annotations

from datetime import timedelta

from backend.common.clock import local_day
from backend.demo.city import City
from backend.pairs.models import Pair, PairedChild
from backend.pairs.policy import next_due
from backend.pairs.states import AgreedBy, AgreedHow, PairState
from backend.volunteers.models import Volunteer

MOST = 24
NICKNAMES = ("小石榴", "小青橙", "小橄榄", "小荔枝", "小龙眼", "小枇杷")
GUARDIANS = (
    ("高奶奶", AgreedBy.GRAND),
    ("陈女士", AgreedBy.MOTHER),
    ("林先生", AgreedBy.FATHER),
    ("郑姑姑", AgreedBy.KIN),
)
ASKED, FREE, LATE = 0, 1, 2  # the first of each eight; the others stand
OF = 8


def add_pairs(city: City) -> None:
    """Who joined through 小桔灯 and lives there, one child each."""
    mentors = Volunteer.objects.filter(
        programmes=city.programmes["mentor"],
        organisation__path__startswith=city.desk.path,
        state=Volunteer.State.ACTIVE,
    )
    for n, mentor in enumerate(mentors.order_by("pk")[:MOST]):
        child = _child(city, n)
        if n % OF != FREE:
            _pair(city, n, child, mentor)


def _child(city: City, n: int) -> PairedChild:
    called, who = GUARDIANS[n % len(GUARDIANS)]
    agreed = city.now - timedelta(days=70 - n)
    row = PairedChild(
        organisation=city.desk,
        nickname=NICKNAMES[n % len(NICKNAMES)],
        birth_month=f"{city.today.year - 7 - n % 8}-{n % 12 + 1:02d}",
        guardian=called,
        agreed_by=who,
        agreed_how=AgreedHow.PAPER,
        agreed_on=local_day(agreed),
        noted_by=city.checker,
        noted_at=agreed,
    )
    row.save()
    return row


def _pair(city: City, n: int, child: PairedChild, mentor: Volunteer) -> None:
    kind = city.engagements["mentor", "pairing"]
    began = city.now - timedelta(days=60 if n % OF == LATE else n % OF)
    row = Pair(
        child=child,
        mentor=mentor,
        engagement=kind,
        weeks=2,
        asked_at=began - timedelta(hours=6),
        answer_by=began + timedelta(days=2),
    )
    if n % OF != ASKED:
        row.state = PairState.STANDING
        row.agreed_at = row.since = began
        row.due_on = next_due(row, local_day(began))
    row.save()
