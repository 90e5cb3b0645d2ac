"""What a volunteer is told of, until she has seen it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.accounts.models import User
from backend.common.bulk import among
from backend.common.locking import lock_one, operation
from backend.outbox.kinds import NoticeSeen
from backend.outbox.record import record
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Notice, Offer, Session
from backend.rota.policy import had_promised
from backend.volunteers.models import Volunteer


@dataclass(frozen=True)
class Word:
    """One notice to be given: `before` is what she knew, `broken` the rules that bar her now."""

    volunteer: int
    session: int
    kind: str
    before: Mapping[str, object]
    role: str = ""
    promised: bool = False
    broken: Sequence[Mapping[str, object]] = ()
    because: str = ""


def tell(words: Iterable[Word], now: datetime) -> None:
    """Leave the notices, each in the place of an older one of the same session that she has not
    seen. Under the sessions' locks."""
    newest = {(word.volunteer, word.session): word for word in words}
    if not newest:
        return
    unseen = Notice.objects.filter(
        among("session", {s for _, s in newest}),
        among("volunteer", {v for v, _ in newest}),
        seen_at=None,
    )
    old = [n.pk for n in unseen if (n.volunteer_id, n.session_id) in newest]
    Notice.objects.filter(among("pk", old)).delete()
    Notice.objects.bulk_create(
        [
            Notice(
                volunteer_id=word.volunteer,
                session_id=word.session,
                kind=word.kind,
                before=dict(word.before),
                role=word.role,
                promised=word.promised,
                broken=[dict(rule) for rule in word.broken],
                because=word.because,
                made_at=now,
            )
            for word in newest.values()
        ]
    )


def known_to(offer: Offer) -> dict[str, object]:
    """The terms that she was asked for or had said yes to before the session changed."""
    told: dict[str, object] = offer.before or Agreed.of(offer.session).as_json()
    return told


def words_about(session: Session, kind: str) -> list[Word]:
    """One for everybody who has a place in the session or waits to answer."""
    terms = Agreed.of(session).as_json()
    active = Assignment.objects.filter(
        session=session, state=Assignment.State.ACTIVE
    ).select_related("shift__role")
    pending = Offer.objects.filter(session=session, state=Offer.State.PENDING).select_related(
        "shift__role"
    )
    words = [Word(a.volunteer_id, session.pk, kind, terms, a.shift.role.name, True) for a in active]
    for offer in pending:
        offer.session = session
        words.append(
            Word(
                offer.volunteer_id,
                session.pk,
                kind,
                known_to(offer),
                offer.shift.role.name,
                had_promised(offer),
            )
        )
    return words


@operation
def see_notice(*, notice_id: int, actor: User | None, now: datetime) -> Notice:
    """She has seen it, and it leaves her pages. Repeating changes nothing. Raises
    Notice.DoesNotExist."""
    lock_one(Volunteer, Notice.objects.values_list("volunteer_id", flat=True).get(pk=notice_id))
    notice = Notice.objects.get(pk=notice_id)
    if notice.seen_at is None:
        notice.seen_at = now
        notice.save(update_fields=["seen_at"])
        record(
            NoticeSeen(session=notice.session_id, volunteer=notice.volunteer_id),
            streams=[f"volunteer.{notice.volunteer_id}", f"session.{notice.session_id}"],
            actor=actor,
            now=now,
        )
    return notice
