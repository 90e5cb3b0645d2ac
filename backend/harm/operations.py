"""Writing a report down: at once, without anybody's leave, whatever it says."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import operation
from backend.common.reading import paragraphs
from backend.common.refusal import Refusal
from backend.harm.models import HarmReport
from backend.harm.queries import officers_over
from backend.outbox.kinds import HarmReported
from backend.outbox.record import record
from backend.pairs.models import PairMeeting
from backend.rota.models import Session
from backend.visits.models import Visit

LONGEST = 2000  # characters
DAY = timedelta(days=1)
MOST_A_DAY = 20  # of one person; each session of hers has one besides
# What it may be, as the guidance of 2020 groups it; coarse, and none of them need be ticked.
SIGNS = ("hurt", "neglected", "faint", "touched", "unknown", "other")
WHOM = ("child", "born", "family", "guardian", "phone", "street", "door")


class TooManyReports(Refusal):
    """She has said so much today, and of this session, too: all of it is kept. Facts: most."""

    code = "too_many_reports"


@dataclass(frozen=True)
class Sighting:
    """What was ticked, what was written, and, of a visit at home or of a pair, whom it is about, as
    they were known then (`whom`: of WHOM, ADR 0049)."""

    signs: tuple[str, ...]
    said: str
    whom: Mapping[str, str] = field(default_factory=dict)


@operation
def report_harm(
    *, session_id: int, signs: Collection[str], said: str, actor: User, now: datetime
) -> HarmReport:
    """Write it down, and tell the officers that there is one; an empty one too, because the time of
    it counts. What was said is in no event, message or log, and nobody's page moves but theirs.

    The first of a session is taken from whoever was there, however many others she handed in.
    Raises TooManyReports."""
    session = Session.objects.select_related("rota__organisation").get(pk=session_id)
    organisation = session.rota.organisation
    hers = HarmReport.objects.filter(made_by_id=actor.pk)
    today = hers.filter(made_at__gt=now - DAY).count()
    if today >= MOST_A_DAY and hers.filter(session_id=session.pk).exists():
        raise TooManyReports(most=MOST_A_DAY)
    words = json.dumps(
        {
            "signs": [sign for sign in SIGNS if sign in signs],
            "said": paragraphs(said)[:LONGEST],
            "whom": _whom(session.pk),
            "salt": token_hex(16),  # so that the digest says nothing of a short text
        },
        ensure_ascii=False,
    )
    row = HarmReport(
        organisation=organisation,
        session_id=session.pk,
        made_by_id=actor.pk,
        made_at=now,
        words=words,
        digest=digest_of(words),
    )
    row.save()
    note(actor, "create", f"harm:{row.pk}", now=now)
    streams = [f"user.{pk}" for pk in officers_over(organisation)]
    record(HarmReported(report=row.pk), streams=streams, actor=None, now=now)  # nor says who
    return row


def seen_in(row: HarmReport) -> Sighting:
    """What it says; whoever shows it notes the look."""
    words = json.loads(str(row.words))
    return Sighting(tuple(words["signs"]), words["said"], words.get("whom", {}))


def _whom(session_id: int) -> dict[str, str]:
    """The child and the family to whose home they went, or the child of the pair: a report is no
    use to whoever answers it when they have been erased meanwhile. Nothing of a class."""
    rows = Visit.objects.select_related("request__child", "request__family__street")
    visit = rows.filter(session=session_id).first()
    if visit is None:
        return _of_pair(session_id)
    wish = visit.request
    child, family = wish.child, wish.family
    found = {
        "family": family.number,
        "guardian": family.guardian_name or "",
        "phone": family.phone or "",
        "street": family.street.name,
        "door": wish.address or "",
    }
    if child is not None:
        found |= {"child": str(child.nickname), "born": str(child.birth_month)}
    return {key: found[key] for key in WHOM if found.get(key)}


def _of_pair(session_id: int) -> dict[str, str]:
    rows = PairMeeting.objects.filter(place__session=session_id).select_related("pair__child")
    meeting = rows.order_by("pk").first()
    if meeting is None:
        return {}
    child = meeting.pair.child
    found = {"child": child.nickname, "born": child.birth_month, "guardian": child.guardian}
    return {key: str(value) for key, value in found.items() if value}


def is_as_written(row: HarmReport) -> bool:
    return digest_of(str(row.words)) == row.digest


def digest_of(words: str) -> str:
    return sha256(words.encode()).hexdigest()
