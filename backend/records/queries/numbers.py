"""Whether a number that somebody has shown to hold is enough to open an account, and what else
would show that she is the person.

A telephone number is given to somebody else some months after its last holder let it go, and one in
the register may be mistyped. So a number opens an account only when it was shown for that account
itself, and not too long ago.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from backend.access.queries import Someone
from backend.access.refusals import NotHers, NotSeen
from backend.access.second_factor import lack
from backend.accounts.models import Phone, User
from backend.common.bulk import among
from backend.families.models import Child, Family, Guardian
from backend.organisations.models import Membership, NumberQuestion, Organisation
from backend.organisations.policy import ACTS, GIVES, covers
from backend.organisations.queries import can_coordinate, nearest, scope_paths, within
from backend.volunteers.identity import LAST
from backend.volunteers.models import Volunteer

LASTS = timedelta(days=365)  # how long a number that was shown stands for its account alone


def unproved(user_ids: Collection[int], index: bytes, now: datetime) -> set[int]:
    """Those of them whom this number alone does not open, because somebody else may hold it by now.
    Whoever has a second factor is asked for that anyway; where nothing is, nothing is shown. Five
    statements."""
    shown = Phone.objects.filter(
        among("user", user_ids), number_index=index, proved_at__gt=now - LASTS
    )
    left = lack(user_ids) - set(shown.values_list("user_id", flat=True))
    return {
        pk
        for model in (Volunteer, Family, Guardian, Membership)
        for pk in model.objects.filter(among("user", left)).values_list("user_id", flat=True)
    }


def shows(user: User, name: str, fact: str) -> bool:
    """Whether that is how she is registered, and something that whoever found her number does not
    know: the end of her identity number, or the month of birth of a child of hers ("202503")."""
    named = any(_same(name, one) for one in _names(user))
    known = any(_same(fact, one) for one in _facts(user))
    return named and known


def _names(user: User) -> list[str]:
    found = []
    if volunteer := Volunteer.objects.filter(user=user).first():
        found.append(volunteer.name)
    if family := Family.objects.filter(user=user).first():
        found.append(family.guardian_name or "")
    if guardian := Guardian.objects.filter(user=user).select_related("family").first():
        found += [guardian.called, guardian.family.guardian_name or ""]
    return found


def _facts(user: User) -> list[str]:
    volunteer = Volunteer.objects.filter(user=user).first()
    own = str(volunteer.identity_number or "") if volunteer else ""
    joined = Guardian.objects.filter(user=user).values("family_id")
    hers = Family.objects.filter(user=user) | Family.objects.filter(pk__in=joined)
    children = Child.objects.filter(family__in=hers.values("pk"))
    return [own[-LAST:], *(_plain(child.birth_month) for child in children)]


def _same(typed: str, known: str) -> bool:
    """What is not known is not shown by typing nothing."""
    ours = _plain(known).encode()
    return bool(ours) and hmac.compare_digest(_plain(typed).encode(), ours)


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def number_of(user: User) -> str:
    """The number that she comes in by, or else is registered with; "" where none is known."""
    her = User.objects.select_related("own_phone", "volunteer", "family").get(pk=user.pk)
    return number_known(her)


def number_known(user: User) -> str:
    """As number_of(), of what was read with her."""
    rows = [getattr(user, name, None) for name in ("own_phone", "volunteer", "family")]
    known = (getattr(row, "number" if isinstance(row, Phone) else "phone", "") for row in rows)
    return next((str(number) for number in known if number), "")


def has_office(user: User) -> bool:
    """She sees other people's data by a role, or the platform's own."""
    return user.is_staff or user.is_superuser or Membership.objects.filter(user=user).exists()


def home_of(user: User) -> Organisation | None:
    """Where she is known: by her roles, else as a volunteer, else by where her family lives. Who
    says there that a number is hers opens all that her account opens, so of several roles it is the
    organisation above them; None where no coordinator could have given her what she has."""
    if has_office(user):
        return _above_roles(user)
    volunteer = Volunteer.objects.filter(user=user).select_related("organisation").first()
    if volunteer is not None:
        return volunteer.organisation
    guardian = Guardian.objects.filter(user=user).select_related("family").first()
    family = Family.objects.filter(user=user).first() or (guardian.family if guardian else None)
    return nearest(family.street_id) if family is not None else None


def _above_roles(user: User) -> Organisation | None:
    roles = list(Membership.objects.filter(user=user).select_related("organisation"))
    given = GIVES[Membership.Role.COORDINATOR]
    if user.is_staff or user.is_superuser or not all(role.role in given for role in roles):
        return None
    above = [int(part) for part in roles[0].organisation.path.strip(".").split(".")]
    found = Organisation.objects.filter(pk__in=above).order_by("-level")
    return next((row for row in found if all(covers(row, r.organisation) for r in roles)), None)


def open_number_questions(user: Someone) -> QuerySet[NumberQuestion]:
    """Whose number she is asked about; never her own."""
    hers = within(scope_paths(user, ACTS), "organisation__path")
    return NumberQuestion.objects.filter(hers, answered_at=None).exclude(user=user.pk)


def numbers_in_question(user: Someone) -> Sequence[NumberQuestion]:
    """open_number_questions(), longest first. One statement."""
    known = ("volunteer", "family", "guardianship", "own_phone")
    rows = open_number_questions(user)
    return list(
        rows.select_related("organisation", *(f"user__{one}" for one in known)).order_by(
            "asked_at", "pk"
        )
    )


def number_question(user: Someone, pk: int) -> NumberQuestion:
    """One that she may answer, also by what whoever it is about may do by now. Raises NotSeen, and
    NotHers when she only sees it."""
    rows = NumberQuestion.objects.filter(within(scope_paths(user), "organisation__path"), pk=pk)
    row = rows.select_related("organisation", "user").first()
    if row is None:
        raise NotSeen
    home = home_of(row.user) if has_office(row.user) else row.organisation
    if home is None or not can_coordinate(user, home):
        raise NotHers
    return row
