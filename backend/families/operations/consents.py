"""One tick for one purpose. Refusing works, and withdrawing is as easy as giving."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import Consent, User
from backend.accounts.purposes import ConsentPurpose
from backend.common.locking import lock_one, operation
from backend.common.refusal import Refusal
from backend.families.models import Family, Request
from backend.families.operations.of_family import changed, child_of
from backend.families.queries import bookable_children, live_consents
from backend.outbox.kinds import ConsentGiven, ConsentWithdrawn


class ConsentNeeded(Refusal):
    """Nothing is written without the guardian's yes to this purpose. Facts: purpose."""

    code = "consent_needed"


@operation
def give_consent(
    *,
    family_id: int,
    child_id: int,
    purpose: str,
    text_version: str,
    actor: User | None,
    now: datetime,
    how: str = "page",
) -> Consent:
    """Write down a guardian's yes for one child and one purpose; given already, by whichever of
    them, the older one stands.

    Raises NotHerChild; ConsentNeeded when the family has no account, because a yes is a person's.
    """
    family = lock_one(Family, family_id)
    child = child_of(family, child_id)
    who = who_agrees(family, actor)
    if who is None:
        raise ConsentNeeded(purpose=purpose)
    if live := live_consents(family).filter(child_id=child.pk, purpose=purpose).first():
        return live
    row = Consent.objects.create(
        user_id=who,
        child_id=child.pk,
        purpose=purpose,
        text_version=text_version,
        how=how,
        given_at=now,
    )
    settle_wishes(family)
    happened = ConsentGiven(family=family.pk, child=child.pk)
    changed(happened, f"child:{child.pk}", "change", f"consent to {purpose}", actor=actor, now=now)
    return row


@operation
def end_consent(
    *, family_id: int, child_id: int, purpose: str, actor: User | None, now: datetime
) -> None:
    """Take the yes back, and with it what was kept under it: a child's note goes, and wishes rest
    when no child is left for whom they could be filled. Repeating it is nothing. Raises
    NotHerChild.

    Bookings end with it in visits.operations.withdraw_consent, which pages call.
    """
    family = lock_one(Family, family_id)
    child = child_of(family, child_id)
    if (
        not live_consents(family)
        .filter(child_id=child.pk, purpose=purpose)
        .update(withdrawn_at=now)
    ):
        return
    if purpose == ConsentPurpose.CHILD_NOTE and child.note:
        child.note = None
        child.save(update_fields=["note"])
    settle_wishes(family)
    happened = ConsentWithdrawn(family=family.pk, child=child.pk)
    changed(happened, f"child:{child.pk}", "change", f"withdrew {purpose}", actor=actor, now=now)


def who_agrees(family: Family, actor: User | None) -> int | None:
    """Whose yes it is: the grown-up's who acts; of a signature on paper, hers who registered."""
    joined = family.guardians.filter(user__isnull=False).values_list("user_id", flat=True)
    if actor is not None and actor.pk in set(joined):
        return actor.pk
    return family.user_id


def settle_wishes(family: Family) -> None:
    """Open wishes rest while no child may be planned for, and are open again when one may."""
    able = bookable_children().filter(family=family).exists()
    here, there = Request.State.PAUSED, Request.State.OPEN
    if not able:
        here, there = there, here
    family.requests.filter(state=here).update(state=there)


def has_consent(family: Family, child_id: int, purpose: str) -> bool:
    return live_consents(family).filter(child_id=child_id, purpose=purpose).exists()
