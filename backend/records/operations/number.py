"""Another phone number, everywhere where she is known by hers; and whose number it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from backend.accounts import phones
from backend.accounts.access import note
from backend.accounts.models import Access, User
from backend.accounts.operations import (
    count_attempt,
    keep_phone,
    sign_out_everywhere,
    tell_number,
)
from backend.accounts.queries import are_one_person
from backend.common.locking import hold_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.common.sealing import blind_index
from backend.families.models import Family
from backend.families.operations import change_family, keep_guardian_phone
from backend.organisations.models import NumberQuestion
from backend.outbox.kinds import NumberAnswered, NumberAsked
from backend.outbox.record import record
from backend.records.queries.numbers import has_office, home_of, number_of, shows
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import CONTACT, correct_contact

TRIES = 5  # of what she is known by, a day and number
TRIES_IN_ALL = 8  # in KEPT: months of birth are few, and whoever has time would try them all
TRIES_AT_HER = 12  # in KEPT, by whatever numbers: who writes down one after the other has no more
DAY = timedelta(days=1)
KEPT = timedelta(days=30)
LONGEST = 40


class TooManyProofs(Refusal):
    """What she is known by was tried too often. Facts: days (after which it may be tried again, at
    most)."""

    code = "too_many_proofs"


class AlreadyConfirmed(Refusal):
    """Somebody else has answered whose number it is."""

    code = "already_confirmed"


class OwnNumber(Refusal):
    """Nobody answers for her own number."""

    code = "own_number"


class NumberByHerself(Refusal):
    """Whoever wrote down another number for somebody does not say herself that it is hers."""

    code = "number_by_herself"


@operation
def take_number(*, user: User, number: str, now: datetime, actor: User | None = None) -> None:
    """She holds this (clean) number: she comes in by it, and is called there, as a volunteer and as
    a family. The number that she came in by before is told. `actor`: who says so; None: she has
    shown it herself."""
    actor = actor or user
    old = number_of(user)
    keep_phone(user=user, number=number, now=now)
    index = phones.index(number)
    volunteers = Volunteer.objects.filter(user=user).exclude(phone_index=index)
    for volunteer in volunteers.values_list("pk", flat=True):
        correct_contact(volunteer_id=volunteer, phone=number, actor=actor, now=now)
    families = Family.objects.filter(user=user, active=True).exclude(phone_index=index)
    for family in families.values_list("pk", flat=True):
        change_family(family_id=family, phone=number, actor=actor, now=now)
    keep_guardian_phone(user=user, number=number, now=now)
    if old not in ("", number):
        tell_number(number=old, says="number_left", language=user.language, now=now)


@operation
def prove_by_fact(
    *, user_ids: Iterable[int], number: str, name: str, fact: str, now: datetime
) -> User | None:
    """Who of these people, whom this (clean) number alone does not open, knows what only she knows;
    from now on it opens her account. None: nobody does; whoever has a role is not known by what
    stands in a register that others read. Raises TooManyProofs."""
    counter = blind_index(number, "number.proof")
    ever = blind_index(number, "number.proof.ever")
    if not count_attempt(counters={ever: TRIES_IN_ALL}, window=KEPT, now=now):
        raise TooManyProofs(days=KEPT.days)
    if not count_attempt(counters={counter: TRIES}, window=DAY, now=now):
        raise TooManyProofs(days=DAY.days)
    people = list(User.objects.filter(pk__in=list(user_ids), is_active=True).order_by("pk"))
    for user in people:
        hers = blind_index(str(user.pk), "number.proof.person")
        if not count_attempt(counters={hers: TRIES_AT_HER}, window=KEPT, now=now):
            raise TooManyProofs(days=KEPT.days)
    for user in people:
        if not has_office(user) and shows(user, name, fact):
            keep_phone(user=user, number=number, now=now)
            return user
    return None


@operation
def ask_whose_number(*, user_ids: Iterable[int], number: str, called: str, now: datetime) -> int:
    """Have those who know these people say whether this (clean) number is theirs; how many are
    asked about. Asking again changes nothing."""
    asked = 0
    for user in User.objects.filter(pk__in=list(user_ids), is_active=True).order_by("pk"):
        home = home_of(user)
        if home is None:
            continue
        hold_one(User, user.pk)
        asked += 1
        index = phones.index(number)
        there = NumberQuestion.objects.filter(user=user, number_index=index, answered_at=None)
        if there.exists():
            continue
        row = NumberQuestion(
            user=user,
            organisation=home,
            number=number,
            number_index=index,
            called=line(called)[:LONGEST],
            asked_at=now,
        )
        row.save()
        record(NumberAsked(question=row.pk), streams=home.streams, actor=None, now=now)
    return asked


@operation
def answer_whose_number(*, question_id: int, yes: bool, actor: User, now: datetime) -> None:
    """Somebody who knows her says whether she is who she says; yes opens her account by this number
    and no other, and ends every session. The number is told. Raises AlreadyConfirmed, OwnNumber,
    NumberByHerself."""
    question = NumberQuestion.objects.select_related("organisation", "user").get(pk=question_id)
    user = question.user
    if are_one_person(user.pk, actor.pk):
        raise OwnNumber
    if yes and _wrote_it_down(actor, user, now):
        raise NumberByHerself
    hold_one(User, user.pk)
    rows = NumberQuestion.objects.filter(pk=question_id, answered_at=None)
    if not rows.update(answered_at=now, answered_by=actor, yes=yes):
        raise AlreadyConfirmed
    number = str(question.number)
    if yes:
        take_number(user=user, number=number, now=now, actor=actor)
        sign_out_everywhere(user=user, now=now)  # who came in by another number comes in no more
    says = "number_confirmed" if yes else "number_denied"
    tell_number(number=number, says=says, language=user.language, now=now)
    note(
        actor, "change", f"user:{user.pk}", "number confirmed" if yes else "number denied", now=now
    )
    streams = question.organisation.streams
    record(NumberAnswered(question=question_id), streams=streams, actor=actor, now=now)


def _wrote_it_down(actor: User, user: User, now: datetime) -> bool:
    """Whether she corrected how this person is reached, lately: a number of her own in the register
    and her own yes to it would open the account to her alone."""
    subjects = [
        f"volunteer:{pk}" for pk in Volunteer.objects.filter(user=user).values_list("pk", flat=True)
    ]
    done = Access.objects.filter(user_id=actor.pk, action="change", reason=CONTACT)
    return done.filter(subject__in=subjects, at__gt=now - KEPT).exists()


@operation
def forget_number_questions(*, now: datetime) -> int:
    """Remove what was asked a month ago, answered or not: whoever still wants in asks anew."""
    return NumberQuestion.objects.filter(asked_at__lt=now - KEPT).delete()[0]
