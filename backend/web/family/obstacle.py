"""Why a family cannot book the session that it looks at, and where it can go instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from backend import words
from backend.bookings.admission import broken_rules
from backend.bookings.models import Booking
from backend.bookings.operations import ConsentMissing, LineClosed
from backend.bookings.operations.gate import not_bookable
from backend.bookings.policy import is_bookable, line_is_open
from backend.bookings.queries import Found, avoided_people
from backend.families.models import Child, Family
from backend.web.components import Button
from backend.web.family.elsewhere import list_of_day
from backend.web.family.guard import is_agreed
from backend.words.moments import months_in_words
from matching import months_completed


@dataclass(frozen=True)
class Obstacle:
    """Why these children cannot be booked now, said before she asks; `next` is what helps, `other`
    another way."""

    said: str
    next: Button
    other: Button | None = None


def obstacle_of(
    family: Family,
    coming: list[Child],
    fitting: list[Child],
    found: Found,
    bookings: list[Booking],
    now: datetime,
) -> Obstacle | None:
    """The first thing that would be answered if she asked now; None when nothing would."""
    session = found.session
    of_day = Button(label=_("看看别的活动"), href=list_of_day(found.day, coming[0]), variant="pri")
    if not is_bookable(session, now):
        return Obstacle(words.refused(not_bookable(session, now)), of_day)
    unagreed = [child for child in coming if not is_agreed(child)]
    if unagreed:
        to_child = reverse("family:child", args=[unagreed[0].pk])
        return Obstacle(
            words.refused(ConsentMissing(children=[c.pk for c in unagreed])),
            Button(label=_("去看同意书"), href=to_child, variant="pri"),
        )
    beside = [b.session for b in bookings]
    avoided = avoided_people([family.pk], [session.pk]).get((family.pk, session.pk), ())
    violations = broken_rules(family, coming, session, beside=beside, avoided=avoided)
    said = _("；").join(words.reasons(violations))
    if any(violation.rule == "age" for violation in violations):
        return _wrong_age(said, coming, fitting, found)
    if violations:
        return Obstacle(said, of_day)
    if found.free < len(coming) and not line_is_open(session, now):
        return Obstacle(words.refused(LineClosed()), of_day)
    return None


def _wrong_age(said: str, coming: list[Child], fitting: list[Child], found: Found) -> Obstacle:
    """Where the child can go instead; first of all, whichever child of hers can come here."""
    wrong = next(c for c in coming if c not in fitting)
    age = months_in_words(months_completed(wrong.birth_month, found.day))
    for_age = Button(
        label=_("看 %(age)s能去的") % {"age": age},
        href=list_of_day(found.day, wrong),
        variant="pri",
    )
    if not fitting:
        return Obstacle(said, for_age)
    who = "&".join(f"child={child.pk}" for child in fitting)
    names = _("、").join(child.nickname for child in fitting)
    switch = Button(
        label=_("换%(name)s去") % {"name": names},
        href=f"{reverse('family:session', args=[found.session.pk])}?{who}",
        variant="pri",
    )
    return Obstacle(said, switch, for_age)
