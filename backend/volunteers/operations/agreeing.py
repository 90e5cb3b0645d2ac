"""A version of what volunteers agree to is published, and she agrees to it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import lock_one, operation
from backend.common.reading import paragraphs
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.outbox.kinds import CITY, AgreementPublished, VolunteerAgreed
from backend.outbox.record import record
from backend.volunteers.agreements import must_agree_first, versions_for
from backend.volunteers.models import Agreement, AgreementVersion, Volunteer
from backend.volunteers.operations.erased import lock_whoever_is_here
from backend.volunteers.operations.telling import changed

LONGEST_TEXT = 6000
AHEAD = timedelta(days=366)


class AgreementNotPublished(Refusal):
    """Facts: field ("text": empty or longer than `most`; "from_on": not from `first` to `last`)."""

    code = "agreement_not_published"


class AgreementOver(Refusal):
    """It does not hold for her, or a newer one does."""

    code = "agreement_over"


class AgreementNeeded(Refusal):
    """She has to agree first. Facts: number (of the version)."""

    code = "agreement_needed"


@operation
def publish_agreement(
    *, organisation_id: int, text: str, from_on: date, actor: User, now: datetime
) -> AgreementVersion:
    """The next version: from that day on everybody is asked for it, anew. An earlier one that has
    not begun by then never does. Raises AgreementNotPublished."""
    organisation = lock_one(Organisation, organisation_id)
    text = paragraphs(text)
    today = local_day(now)
    if not 0 < len(text) <= LONGEST_TEXT:
        raise AgreementNotPublished(field="text", most=LONGEST_TEXT)
    if not today <= from_on <= today + AHEAD:
        raise AgreementNotPublished(field="from_on", first=today, last=today + AHEAD)
    version = AgreementVersion(
        organisation=organisation,
        number=organisation.agreement_versions.count() + 1,
        text=text,
        from_on=from_on,
        published_at=now,
        published_by_id=actor.pk,
    )
    version.save()
    happened = AgreementPublished(organisation=organisation.pk, version=version.pk)
    record(happened, streams=[CITY, *organisation.streams], actor=actor, now=now)
    return version


@operation
def agree(
    *,
    volunteer_id: int,
    version_id: int,
    actor: User,
    now: datetime,
    how: str = Agreement.How.PAGE,
) -> Agreement:
    """She agrees to the version that holds for her, or to one that will; on paper, a coordinator
    writes it down. Repeating it is nothing. Raises AgreementOver, DataErased."""
    row = lock_whoever_is_here(volunteer_id)
    known = row.agreements.filter(version=version_id).first()
    if known is not None:
        return known
    if not _is_asked(row.pk, version_id, now):
        raise AgreementOver
    made = Agreement(volunteer=row, version_id=version_id, how=how, at=now, by_id=actor.pk)
    made.save()
    happened = VolunteerAgreed(volunteer=row.pk, version=version_id)
    changed(happened, "change", "agreed", actor=actor, now=now, also=row.organisation.streams)
    return made


def _is_asked(volunteer_id: int, version_id: int, now: datetime) -> bool:
    """It holds for her, or begins later."""
    held = must_agree_first(volunteer_id, now)
    if held is not None and held.pk == version_id:
        return True
    later = versions_for(volunteer_id).filter(from_on__gt=local_day(now))
    return later.filter(pk=version_id).exists()


def require_agreed(volunteer_id: int, now: datetime) -> None:
    """Raises AgreementNeeded."""
    held = must_agree_first(volunteer_id, now)
    if held is not None:
        raise AgreementNeeded(number=held.number)


def bring_agreements(new: Volunteer, kept: Volunteer) -> None:
    """What an applicant agreed to while she waited is the older registration's, too. The rows
    themselves cannot move."""
    has = set(kept.agreements.values_list("version_id", flat=True))
    hers = list(new.agreements.exclude(version__in=has).order_by("pk"))
    for one in hers:
        one.pk = None
        one.volunteer = kept
    Agreement.objects.bulk_create(hers)
