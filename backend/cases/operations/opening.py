"""A case is opened, both sides agree or one does not, and nothing goes on without that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from backend.accounts import phones
from backend.accounts.models import User
from backend.cases.events import tell_of_case
from backend.cases.models import CareCase, CaseParty
from backend.cases.operations.closing import close_row, forget_row
from backend.cases.operations.holding import CaseMoved, hold_case, require_open
from backend.cases.policy import sides_of
from backend.cases.queries.finding import kind_of_cases
from backend.cases.sealed import cases_have_keys
from backend.cases.states import CaseAgreedHow, CaseKind, CaseOutcome, CaseState
from backend.common.clock import local_day
from backend.common.locking import operation
from backend.common.reading import line, paragraphs
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation

NAME = 20
ABOUT = 500  # characters


class CaseRefused(Refusal):
    """Facts: field ("kind", "helpers_wanted", "name_1", "name_2", "phone_1", "phone_2", "about",
    "agreed_how", "agreed_on", "key"), why ("choose", "empty", "long", "form", "later", "missing",
    "programme"), limit."""

    code = "case_refused"


@dataclass(frozen=True, kw_only=True)
class PartyWords:
    """One side, as it says."""

    name: str
    phone: str = ""
    village: str = ""  # its code


@dataclass(frozen=True, kw_only=True)
class CaseWords:
    """What an officer writes down when somebody comes."""

    kind: str
    helpers_wanted: int
    about: str
    parties: tuple[PartyWords, ...]  # one, or both sides


@operation
def open_case(
    *, organisation: Organisation, said: CaseWords, actor: User, now: datetime
) -> CareCase:
    """Raises CaseRefused."""
    if not cases_have_keys():
        raise CaseRefused(field="key", why="missing")
    engagement = kind_of_cases()
    if engagement is None:
        raise CaseRefused(field="kind", why="programme")
    _require_whole(said)
    case = CareCase(
        organisation=organisation,
        engagement=engagement,
        kind=said.kind,
        helpers_wanted=said.helpers_wanted,
        about=paragraphs(said.about) or None,
        opened_by=actor,
        opened_at=now,
    )
    case.save()
    for side, party in enumerate(said.parties[: sides_of(said.kind)], start=1):
        CaseParty(
            case=case,
            side=side,
            name=line(party.name),
            phone=_phone(party) or None,
            village=party.village or None,
        ).save()
    tell_of_case(case, "create", actor=actor, now=now)
    return case


@operation
def note_case_consent(
    *, case_id: int, side: int, how: str, on: date, actor: User, now: datetime
) -> CareCase:
    """One side agrees; once all do, a helper may be found. Raises CaseRefused, CaseMoved;
    CareCase.DoesNotExist, CaseParty.DoesNotExist."""
    case = hold_case(case_id)
    require_open(case)
    if how not in CaseAgreedHow.values:
        raise CaseRefused(field="agreed_how", why="choose")
    if on > local_day(now):
        raise CaseRefused(field="agreed_on", why="later")
    party = case.parties.get(side=side)
    if party.withdrawn_at is not None:
        raise CaseMoved(state=case.state)
    party.agreed_how, party.agreed_on = how, on
    party.save()
    if case.state == CaseState.OPENED and all(one.agrees for one in case.parties.all()):
        case.state = CaseState.AGREED
        case.save()
    tell_of_case(case, actor=actor, now=now)
    return case


@operation
def withdraw_case_consent(*, case_id: int, side: int, actor: User, now: datetime) -> CareCase:
    """One side does not want it, or not any more (人民调解法 art. 17): it is over for everybody,
    and nothing that was sealed is left; the number stays. Repeating it is nothing.

    Raises CareCase.DoesNotExist, CaseParty.DoesNotExist."""
    case = hold_case(case_id)
    party = case.parties.get(side=side)
    if party.withdrawn_at is not None:
        return case
    party.withdrawn_at = now
    party.save()
    if not case.is_closed:
        close_row(case, CaseOutcome.WITHDRAWN, actor=actor, now=now)
    if case.forgotten_at is None:
        forget_row(case, actor=actor, now=now)
    return case


def _require_whole(said: CaseWords) -> None:
    wrong = {
        ("kind", "choose"): said.kind not in CaseKind.values,
        ("helpers_wanted", "choose"): said.helpers_wanted not in (1, 2),
        ("about", "long"): len(paragraphs(said.about)) > ABOUT,
    }
    for (field, why), is_so in wrong.items():
        if is_so:
            raise CaseRefused(field=field, why=why, limit=ABOUT)
    for side in range(1, sides_of(said.kind) + 1):
        party = said.parties[side - 1] if len(said.parties) >= side else PartyWords(name="")
        name = line(party.name)
        if not name or len(name) > NAME:
            raise CaseRefused(field=f"name_{side}", why="long" if name else "empty", limit=NAME)
        try:
            _phone(party)
        except phones.BadPhone:
            raise CaseRefused(field=f"phone_{side}", why="form") from None


def _phone(party: PartyWords) -> str:
    """As numbers are kept; "": none given. Raises BadPhone."""
    given = line(party.phone)
    return phones.clean(given) if given else ""
