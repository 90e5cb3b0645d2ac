"""Rows for tests: keyword-only, one row a call (and what it cannot exist without), everything open
unless a test says otherwise.

The rota starts on Monday 2026-11-30. A volunteer or family is free all week, lives at HERE and may
travel far, so that a test closes exactly the door that it is about. Names are invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.db.models import F

from backend.accounts import phones
from backend.accounts.browsers import BrowserMachine, BrowserProgram
from backend.accounts.models import Code, Consent, SignIn, User
from backend.accounts.sessions import SessionStore
from backend.bookings.models import HOLDS_SEATS, Booking
from backend.common import clock
from backend.common.clock import LOCAL, local_day, minute_of
from backend.common.sealing import blind_index, next_ids
from backend.exchange.models import Export, Import, ImportRow, Outcome
from backend.families.models import Child, Family, FamilyAvailability, Request
from backend.organisations.models import Membership, NumberQuestion, Organisation
from backend.places.models import Division, Venue
from backend.programmes.models import CredentialKind, Engagement, Programme, Role
from backend.projects.models import Money, Partner, Project, ReachEntry
from backend.rota.models import Assignment, Cover, CoverAsk, Offer, Rota, Session, Shift
from backend.volunteers.models import (
    Availability,
    GuardianConsent,
    VettingCheck,
    Volunteer,
    VolunteerCredential,
)

HERE = (26.08, 119.30)
MONDAY = date(2026, 11, 30)
NAMES = (
    "陈秀英",
    "林雪梅",
    "黄丽华",
    "张淑贞",
    "曾桂香",
    "郑美玉",
    "吴金莲",
    "王巧云",
    "李春燕",
    "刘玉珍",
)
LONG_TIME = date(2099, 12, 31)
_number = count(1)  # the rows' own numbers begin with 9, so that they stand beside a demo city's


def at(text: str) -> datetime:
    """`at("2026-12-05 09:30")`: that moment in Fuzhou."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def as_rows_have_it(moment: datetime) -> datetime:
    """The same moment as a row that is read gives it back: its date and hour are those of UTC, so
    that whoever asks for them forgets where people live."""
    return moment.astimezone(UTC)


NOW = at("2026-11-28 12:00")


def make_user(*, username: str | None = None, name: str = "", **fields: Any) -> User:
    """A user who can sign in but has no usable password (client.force_login)."""
    user = User(username=username or f"user{next(_number)}", display_name=name, **fields)
    user.set_unusable_password()
    user.save()
    return user


def make_sign_in(*, user: User, days: int = 14) -> SignIn:
    """A browser in which she is signed in for so many days more."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session.set_expiry(clock.now() + timedelta(days=days))
    session.save()
    return SignIn.objects.create(
        user=user,
        session_key=session.session_key,
        program=BrowserProgram.WECHAT,
        machine=BrowserMachine.ANDROID,
        at=clock.now(),
    )


def make_division(
    *, code: str = "350102001", name: str = "鼓东街道", point: tuple[float, float] = HERE
) -> Division:
    """The division of that code; made when it is not there yet."""
    kind = {6: "区", 9: "街道", 12: "社区"}[len(code)]
    fields = {"name": name, "kind": kind, "latitude": point[0], "longitude": point[1]}
    return Division.objects.get_or_create(code=code, defaults=fields)[0]


def make_organisation(
    *,
    level: int | None = None,
    parent: Organisation | None = None,
    name: str | None = None,
    division: Division | None = None,
) -> Organisation:
    """An organisation under `parent`, one level below it unless told; without a parent a city
    federation."""
    level = level or (parent.level + 1 if parent else 1)
    row = Organisation(
        parent=parent,
        level=level,
        name=name or f"第{next(_number)}妇联",
        division=division,
        path=f"new{next(_number)}",
    )
    row.save()
    row.path = f"{parent.path if parent else ''}{row.pk}."
    row.save(update_fields=["path"])
    return row


def make_number_question(
    *, organisation: Organisation, user: User | None = None, number: str = "13700137000"
) -> NumberQuestion:
    """Somebody whom a coordinator there is asked about: a volunteer unless `user` is another."""
    if user is None:
        user = make_volunteer(organisation=organisation, with_user=True).user
    row = NumberQuestion(
        user=user,
        organisation=organisation,
        number=number,
        number_index=phones.index(number),
        called="林小雪",
        asked_at=NOW,
    )
    row.save()
    return row


def make_coordinator(
    *, organisation: Organisation, role: str = "coordinator", **fields: Any
) -> User:
    """A user with that role in the organisation."""
    user = make_user(**fields)
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def make_venue(
    *, name: str | None = None, street: Division | None = None, point: tuple[float, float] = HERE
) -> Venue:
    street = street or make_division()
    return Venue.objects.create(
        name=name or f"活动室{next(_number)}", street=street, latitude=point[0], longitude=point[1]
    )


def make_credential_kind(*, code: str, vetting: bool | None = None) -> CredentialKind:
    """The kind of that code; "child_clearance" is the one held by a vetting unless told."""
    is_vetting = code == "child_clearance" if vetting is None else vetting
    return CredentialKind.objects.get_or_create(
        code=code, defaults={"name": code, "is_vetting": is_vetting}
    )[0]


def make_programme(
    *,
    code: str = "beibei",
    name: str = "贝贝老师",
    roles: Mapping[str, Sequence[str]] | None = None,
    privacy: str = "child",
) -> Programme:
    """The programme of that code with roles {code: required credential codes}; the roles are added
    to those it has."""
    programme, _ = Programme.objects.get_or_create(
        code=code, defaults={"name": name, "privacy": privacy}
    )
    for role_code, requires in (roles or {}).items():
        make_role(programme=programme, code=role_code, requires=requires)
    return programme


def make_role(
    *, programme: Programme, code: str, requires: Sequence[str] = (), carries_seats: bool = True
) -> Role:
    fields = {"name": code, "carries_seats": carries_seats}
    role, _ = Role.objects.get_or_create(programme=programme, code=code, defaults=fields)
    role.requires.set([make_credential_kind(code=kind) for kind in requires])
    return role


def make_engagement(
    *, programme: Programme, code: str = "class", name: str = "亲子课", **fields: Any
) -> Engagement:
    return Engagement.objects.get_or_create(
        programme=programme, code=code, defaults={"name": name, **fields}
    )[0]


def make_volunteer(
    *,
    name: str | None = None,
    organisation: Organisation | None = None,
    qualifications: Mapping[str, date | None] | None = None,
    available: Sequence[tuple[int, int, int]] | None = None,
    point: tuple[float, float] = HERE,
    with_user: bool = False,
    phone: str | None = None,
    **fields: Any,
) -> Volunteer:
    """A volunteer with qualifications {code: last valid day or None}; `available` is (weekday,
    start, end), None: all week.

    Limits are wide (5 a day, 20 a week, 5 open-ended) unless given in `fields`.
    """
    number = next(_number)
    wide = {"max_travel": 600, "max_per_day": 5, "max_per_week": 20, "max_open": 5}
    if phone:
        fields |= {"phone": phone, "phone_index": blind_index(phone, "phone")}
    if identity := fields.get("identity_number"):
        fields["identity_index"] = blind_index(identity, "identity")
    if with_user:
        fields["user"] = make_user(name=name or "")
    row = Volunteer.objects.create(
        number=f"V9{number:05d}",
        name=name or NAMES[number % len(NAMES)],
        sort_key=f"v{number:06d}",
        street=make_division(),
        organisation=organisation or make_organisation(),
        latitude=point[0],
        longitude=point[1],
        **(wide | fields),
    )
    for code, until in (qualifications or {}).items():
        qualify(volunteer=row, code=code, until=until)
    spans = [(day, 0, 1440) for day in range(7)] if available is None else available
    Availability.objects.bulk_create(
        [Availability(volunteer=row, weekday=d, start=a, end=z) for d, a, z in spans]
    )
    return row


def make_minor(row: Volunteer, *, of_age_on: date | None = None, agreed: bool = False) -> None:
    """She came under age with a guardian, who has `agreed` or not; of age in a year unless told."""
    row.of_age_on = of_age_on or local_day(clock.now()) + timedelta(days=366)
    row.save(update_fields=["of_age_on"])
    asked = {"name": "林大一", "phone": "13900000009", "text_version": "1", "asked_at": NOW}
    GuardianConsent(volunteer=row, given_at=NOW if agreed else None, **asked).save()


def make_typed_code(row: Volunteer, *, number: str = "", now: datetime = NOW) -> Code:
    """The code that her guardian got was typed; `number`: another one's was."""
    consent = GuardianConsent.objects.get(volunteer=row)
    (pk,) = next_ids(Code, 1)
    code = Code(
        pk=pk,
        number=number or str(consent.phone),
        secret="135790",
        purpose="guardian",
        about=row.pk,
        language="",
        made_at=now,
        until=now + timedelta(minutes=10),
        used_at=now,
    )
    code.save(force_insert=True)
    return code


def qualify(*, volunteer: Volunteer, code: str, until: date | None = None) -> None:
    """Give her a checked credential, or a clear vetting where the kind is one; `until` None: for a
    long time."""
    kind = make_credential_kind(code=code)
    checker = make_user(name="核验员")
    if kind.is_vetting:
        VettingCheck.objects.create(
            volunteer=volunteer,
            consent_at=NOW,
            requested_at=NOW,
            authority="公安机关",
            result="clear",
            valid_until=until or LONG_TIME,
            checked_by=checker,
        )
    else:
        VolunteerCredential.objects.create(
            volunteer=volunteer,
            kind=kind,
            valid_from=date(2020, 1, 1),
            valid_until=until,
            checked_by=checker,
            checked_at=NOW,
        )


def born(day: date, *, months: int) -> str:
    """The month of birth of a child that is so many months old on that day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return f"{years}-{month + 1:02}"


def make_child(family: Family, *, birth_month: str = "2025-03", nickname: str = "宝宝") -> Child:
    """Another child of a family, with its guardian's consent to booking."""
    child = Child.objects.create(family=family, nickname=nickname, birth_month=birth_month)
    Consent.objects.create(
        user=family.user,
        child_id=child.pk,
        purpose="booking",
        text_version="test",
        how="page",
        given_at=NOW,
    )
    return child


def make_family(
    *,
    children: Sequence[str] = ("2025-03",),
    available: Sequence[tuple[int, int, int]] | None = None,
    point: tuple[float, float] = HERE,
    with_user: bool = False,
    agreed: bool = True,
    phone: str | None = None,
    **fields: Any,
) -> Family:
    """A family with a child per birth month; free all week and ready to travel far unless told.

    `agreed`: its guardian has a user and has consented to booking for every child, without which no
    plan and no booking may read it.
    """
    number = next(_number)
    if phone:
        fields |= {"phone": phone, "phone_index": blind_index(phone, "phone")}
    if with_user or agreed:
        fields["user"] = make_user(name="家长")
    family = Family.objects.create(
        number=f"F9{number:05d}",
        latitude=point[0],
        longitude=point[1],
        **({"street": make_division(), "max_travel": 600} | fields),
    )
    rows = Child.objects.bulk_create(
        [
            Child(family=family, nickname=f"宝宝{n + 1}", birth_month=m)
            for n, m in enumerate(children)
        ]
    )
    if agreed:
        agreement = {
            "user": family.user,
            "purpose": "booking",
            "text_version": "test",
            "how": "page",
            "given_at": NOW,
        }
        Consent.objects.bulk_create([Consent(child_id=child.pk, **agreement) for child in rows])
    spans = [(day, 0, 1440) for day in range(7)] if available is None else available
    FamilyAvailability.objects.bulk_create(
        [FamilyAvailability(family=family, weekday=d, start=a, end=z) for d, a, z in spans]
    )
    return family


def make_request(*, family: Family, programme: Programme | None = None, **fields: Any) -> Request:
    """An open wish of the family for one session of the programme."""
    return Request.objects.create(
        family=family,
        programme=programme or make_programme(),
        created_at=fields.pop("created_at", NOW),
        **fields,
    )


def make_rota(
    *,
    organisation: Organisation | None = None,
    starts_on: date = MONDAY,
    state: str = "published",
    **fields: Any,
) -> Rota:
    """Four weeks from a Monday, published unless told."""
    if state != "draft":
        fields = {"published_at": NOW, "version": 1} | fields
    name = fields.pop("name", f"排班表{next(_number)}")
    return Rota.objects.create(
        organisation=organisation or make_organisation(),
        name=name,
        starts_on=starts_on,
        state=state,
        **fields,
    )


def make_session(
    *,
    rota: Rota | None = None,
    starts_at: datetime | None = at("2026-12-05 09:30"),
    minutes: int = 60,
    shifts: Sequence[tuple[str, int, int]] = (("lead", 1, 1),),
    seats: tuple[int, int, int] | None = None,
    months: tuple[int, int] | None = None,
    programme: Programme | None = None,
    point: tuple[float, float] = HERE,
    **fields: Any,
) -> Session:
    """A session with shifts (role code, minimum, target) and seats (min, max, per volunteer);
    `starts_at` None: open-ended.

    A role that the programme does not have yet is added and asks for no credential. Seats without
    months take any age to 36.
    """
    rota = rota or make_rota()
    programme = programme or make_programme()
    if seats:
        fields |= dict(zip(("seats_min", "seats_max", "seats_per_volunteer"), seats, strict=True))
        months = months or (0, 36)
    if months:
        fields |= {"months_low": months[0], "months_high": months[1]}
    fields = {
        "title": f"场次{next(_number)}",
        "state": "planned" if rota.state == "draft" else "open",
        "county_code": "350102",
    } | fields
    fields.setdefault("engagement", make_engagement(programme=programme))
    if "venue" not in fields:
        fields["venue"] = make_venue(point=point)
    session = Session.objects.create(
        rota=rota,
        programme=programme,
        latitude=point[0],
        longitude=point[1],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes) if starts_at else None,
        **fields,
    )
    for code, minimum, target in shifts:
        make_shift(session=session, role=code, minimum=minimum, target=target)
    return session


def make_shift(*, session: Session, role: str = "lead", minimum: int = 1, target: int = 1) -> Shift:
    found = Role.objects.filter(programme=session.programme, code=role).first()
    shift = Shift.of(
        session,
        found or make_role(programme=session.programme, code=role),
        minimum=minimum,
        target=target,
    )
    shift.save()
    return shift


def make_assignment(
    *, volunteer: Volunteer, shift: Shift, origin: str = "picked", state: str = "active"
) -> Assignment:
    """She has the shift; an active one is counted in the shift and the session."""
    session = shift.session
    row = Assignment.objects.create(
        shift=shift,
        session=session,
        volunteer=volunteer,
        origin=origin,
        state=state,
        made_at=NOW,
        start_minute=minute_of(session.starts_at) if session.starts_at else None,
        end_minute=minute_of(session.ends_at) if session.ends_at else None,
    )
    if state == "active":
        Shift.objects.filter(pk=shift.pk).update(taken=F("taken") + 1)
        Session.objects.filter(pk=session.pk).update(staff=F("staff") + int(shift.carries_seats))
    return row


def make_offer(
    *,
    volunteer: Volunteer,
    shift: Shift,
    state: str = "pending",
    answer_by: datetime = NOW + timedelta(hours=24),
    before: dict[str, Any] | None = None,
) -> Offer:
    """She is asked; a pending offer is counted in the shift and the session. `before`: what the
    session was when she was asked first, or had said yes."""
    row = Offer.objects.create(
        shift=shift,
        session=shift.session,
        volunteer=volunteer,
        state=state,
        answer_by=answer_by,
        made_at=NOW,
        answered_at=None if state == "pending" else NOW,
        before=before,
    )
    if state == "pending":
        Shift.objects.filter(pk=shift.pk).update(held=F("held") + 1)
        Session.objects.filter(pk=shift.session_id).update(
            staff=F("staff") + int(shift.carries_seats)
        )
    return row


def make_cover_ask(*, volunteer: Volunteer, place: Assignment, **fields: Any) -> CoverAsk:
    """She is asked whether she takes that place; `cover`: fields of the question itself."""
    by = place.session.starts_at - timedelta(hours=1) if place.session.starts_at else NOW
    about = {"answer_by": by, "made_at": NOW} | fields.pop("cover", {})
    cover = Cover.objects.create(session=place.session, shift=place.shift, place=place, **about)
    return CoverAsk.objects.create(cover=cover, volunteer=volunteer, **{"made_at": NOW} | fields)


def make_booking(
    *, family: Family, session: Session, state: str = "confirmed", **fields: Any
) -> Booking:
    """Seats for all the family's children; those that hold seats are counted in the session."""
    children = list(family.children.all())
    if state == "offered":
        fields.setdefault("answer_by", NOW + timedelta(hours=12))
    made_at = fields.pop("made_at", NOW)
    row = Booking.objects.create(
        family=family, session=session, seats=len(children), state=state, made_at=made_at, **fields
    )
    row.children.set(children)
    if state in HOLDS_SEATS:
        Session.objects.filter(pk=session.pk).update(seats_taken=F("seats_taken") + len(children))
    return row


def make_import(*, of: Rota, made_by: User, now: datetime = NOW) -> Import:
    """A file with one new session, compared and not yet confirmed."""
    batch = Import.objects.create(
        table="sessions",
        rota=of,
        organisation=of.organisation,
        made_by=made_by,
        made_at=now,
        file_name="场次.xlsx",
        file_hash="0" * 64,
        size=1,
        language="zh-hans",
        state=Import.State.CHECKED,
        columns=["title"],
        rows_read=1,
        called_at=now,
    )
    ImportRow.objects.create(of=batch, number=2, cells='["新的一场"]', outcome=Outcome.ADDED)
    return batch


def make_export(*, asked_by: User, organisation: Organisation, now: datetime = NOW) -> Export:
    """The register of volunteers is wanted whole; nobody has answered."""
    return Export.objects.create(
        table="volunteers",
        organisation=organisation,
        purpose="买保险",
        asked_by=asked_by,
        asked_at=now,
    )


def make_project(*, organisation: Organisation, name: str | None = None, **fields: Any) -> Project:
    """A project since the beginning of 2026, open."""
    programmes = fields.pop("programmes", ())
    row = Project.objects.create(
        organisation=organisation,
        name=name or f"项目{next(_number)}",
        starts_on=fields.pop("starts_on", date(2026, 1, 1)),
        **fields,
    )
    row.programmes.set(programmes)
    return row


def make_partner(*, organisation: Organisation, kind: str = "womens") -> Partner:
    return Partner.objects.create(
        organisation=organisation, name=f"社会组织{next(_number)}", kind=kind
    )


def make_money(*, project: Project, fen: int = 100_00, purse: str = "fiscal") -> Money:
    """Money that came in, unless the purse is one of spending."""
    return Money.objects.create(
        project=project,
        incoming=purse in ("fiscal", "welfare", "foundation", "company", "public", "own"),
        purse=purse,
        fen=fen,
        on=date(2026, 3, 1),
        recorded_at=NOW,
    )


def make_reach(
    *, project: Project, times: int = 10, people: int | None = None, **fields: Any
) -> ReachEntry:
    """People whom it reached on the first of March."""
    return ReachEntry.objects.create(
        project=project,
        times=times,
        people=people,
        who=fields.pop("who", "everybody"),
        on=fields.pop("on", date(2026, 3, 1)),
        recorded_at=NOW,
        **fields,
    )
