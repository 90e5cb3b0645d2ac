"""One broken rule at a time, on real rows: what she asks for, and what she is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from backend.bookings.models import Booking
from backend.families.models import Avoid, Family
from backend.programmes.models import CredentialKind
from backend.rota.models import Session, Shift
from backend.volunteers.models import Apart, Volunteer
from tests.bookings.room import make_room
from tests.factories import (
    at,
    make_assignment,
    make_booking,
    make_family,
    make_offer,
    make_organisation,
    make_programme,
    make_rota,
    make_session,
    make_volunteer,
    qualify,
)

SATURDAY = "2026-12-05 "  # the session that is asked for begins at 9:30
FAR = (26.18, 119.42)
Asked = tuple[Volunteer, Shift]


def asked(*, requires: Sequence[str] = (), person: dict | None = None, **session) -> Asked:
    """A volunteer, and the first shift of a session in her organisation's rota."""
    programme = make_programme(roles={"lead": requires})
    rota = make_rota(organisation=make_organisation())
    fields = {"starts_at": at(SATURDAY + "09:30"), "shifts": [("lead", 1, 5), ("help", 1, 5)]}
    row = make_session(rota=rota, programme=programme, **(fields | session))
    her = make_volunteer(
        name="陈秀英", organisation=rota.organisation, with_user=True, **(person or {})
    )
    return her, row.shifts.order_by("pk").first()


def has(her: Volunteer, shift: Shift, when: str | None, **fields) -> None:
    """She has another session of the same rota then."""
    other = make_session(
        rota=shift.session.rota,
        programme=shift.session.programme,
        starts_at=at(when) if when else None,
        **fields,
    )
    make_assignment(volunteer=her, shift=other.shifts.get())


def certificate() -> str:
    return CredentialKind.objects.get_or_create(code="beibei_lead", name="早教指导师证")[0].code


def never_qualified() -> Asked:
    return asked(requires=[certificate()])


def lapsed() -> Asked:
    her, shift = asked(requires=[certificate()])
    qualify(volunteer=her, code="beibei_lead", until=date(2026, 12, 4))
    return her, shift


def other_hours() -> Asked:
    return asked(person={"available": [(5, 600, 1000)]})


def no_hours() -> Asked:
    return asked(person={"available": []})


def far_away() -> Asked:
    return asked(person={"max_travel": 20}, point=FAR)


def later_one_overlaps() -> Asked:
    her, shift = asked()
    has(her, shift, SATURDAY + "10:00")
    return her, shift


def earlier_one_overlaps() -> Asked:
    her, shift = asked()
    has(her, shift, SATURDAY + "09:00")
    return her, shift


def too_far_from_the_one_before() -> Asked:
    her, shift = asked()
    has(her, shift, SATURDAY + "08:10", point=FAR)
    return her, shift


def one_through_the_night_before() -> Asked:
    her, shift = asked(starts_at=at(SATURDAY + "00:30"))
    has(her, shift, "2026-12-04 23:45")
    return her, shift


def one_that_day() -> Asked:
    her, shift = asked(person={"max_per_day": 1})
    has(her, shift, SATURDAY + "15:00")
    return her, shift


def one_that_week() -> Asked:
    her, shift = asked(person={"max_per_week": 1})
    has(her, shift, "2026-12-03 15:00")
    return her, shift


def one_that_month() -> Asked:
    her, shift = asked(person={"max_total": 1})
    has(her, shift, "2026-12-17 15:00")
    return her, shift


def one_pairing() -> Asked:
    her, shift = asked(person={"max_open": 1}, starts_at=None)
    has(her, shift, None)
    return her, shift


def other_role() -> Asked:
    her, shift = asked()
    make_assignment(volunteer=her, shift=shift.session.shifts.order_by("pk").last())
    return her, shift


def declined() -> Asked:
    her, shift = asked()
    make_offer(volunteer=her, shift=shift, state="declined")
    return her, shift


def apart_from_another() -> Asked:
    her, shift = asked()
    other = make_volunteer()
    make_assignment(volunteer=other, shift=shift)
    first, second = sorted((her, other), key=lambda row: row.pk)
    Apart.objects.create(first=first, second=second)
    return her, shift


def avoided_by_a_family() -> Asked:
    her, shift = asked(seats=(0, 5, 5))
    family = make_family(agreed=True)
    make_booking(family=family, session=shift.session)
    Avoid.objects.create(family=family, volunteer=her)
    return her, shift


@dataclass(frozen=True)
class Hers:
    """What a volunteer asks for and is refused; `says` to her, `says_of_her` to a coordinator.
    `by` are the operations that can meet it, all when empty."""

    scene: Callable[[], Asked]
    says: str
    says_of_her: str
    by: tuple[str, ...] = ()


HERS: dict[str, tuple[Hers, ...]] = {
    "qualification": (
        Hers(
            never_qualified,
            "这个岗位要有「早教指导师证」，你还没有",
            "这个岗位要有「早教指导师证」，她还没有",
        ),
        Hers(lapsed, "你的「早教指导师证」到那天已经过期", "她的「早教指导师证」到那天已经过期"),
    ),
    "availability": (
        Hers(other_hours, "不在你的空闲时间里，可以到「我的」里改", "不在她的空闲时间里"),
        Hers(no_hours, "你还没有填什么时候有空，请到「我的」里填", "她还没有填什么时候有空"),
    ),
    "reach": (
        Hers(
            far_away,
            "路上要 53 分钟，给你排的最多 20 分钟，愿意走远些可以在「我的」里改",
            "路上要 53 分钟，给她排的最多 20 分钟",
        ),
    ),
    "overlap": (
        Hers(later_one_overlaps, "跟你 10:00 的班时间重叠", "跟她 10:00 的班时间重叠"),
        Hers(earlier_one_overlaps, "跟你 9:00 的班时间重叠", "跟她 9:00 的班时间重叠"),
        Hers(
            too_far_from_the_one_before,
            "跟你 8:10 的班只隔 20 分钟，路上要 53 分钟",
            "跟她 8:10 的班只隔 20 分钟，路上要 53 分钟",
        ),
        Hers(
            one_through_the_night_before,
            "跟你 12 月 4 日 周五 23:45 的班时间重叠",
            "跟她 12 月 4 日 周五 23:45 的班时间重叠",
        ),
    ),
    "max_per_day": (
        Hers(
            one_that_day,
            "这一天你已经有 1 场，一天最多排 1 场，想多排可以在「我的」里改",
            "这一天她已经有 1 场，她一天最多排 1 场",
        ),
    ),
    "max_per_week": (
        Hers(
            one_that_week,
            "这一周你已经有 1 场，一周最多排 1 场，想多排可以在「我的」里改",
            "这一周她已经有 1 场，她一周最多排 1 场",
        ),
    ),
    "max_total": (
        Hers(
            one_that_month,
            "这一期给你排的场数到上限了，想多排可以找调度员",
            "这一期给她排的场数到上限了",
        ),
    ),
    "max_open": (
        Hers(
            one_pairing,
            "长期结对你已经有 1 个，最多同时排 1 个，想多接可以找调度员",
            "长期结对她已经有 1 个，最多同时排 1 个",
        ),
    ),
    "one_place": (Hers(other_role, "这一场你已经有岗位了", "这一场她已经有岗位了"),),
    "ban": (Hers(declined, "这一场你回复过去不了", "这一场她回复过去不了", by=("ask",)),),
    "apart": (
        Hers(
            apart_from_another,
            "这一场暂时不方便安排你，可以问一问调度员",
            "同场有不能排在一起的人或家庭",
        ),
    ),
    "avoid": (
        Hers(
            avoided_by_a_family,
            "这一场暂时不方便安排你，可以问一问调度员",
            "同场有不能排在一起的人或家庭",
        ),
    ),
}


# --- families -------------------------------------------------------------------------------------
Wanted = tuple[Family, Session]


def wanted(**fields) -> Wanted:
    room = make_room(seats=3, **({"starts_at": at(SATURDAY + "09:30")} | fields))
    return make_family(agreed=True), room


def too_old() -> Wanted:
    return wanted(months=(6, 12))


def booked_before() -> Wanted:
    family, room = wanted()
    earlier = make_room(seats=3, rota=room.rota, starts_at=at(SATURDAY + "09:00"))
    make_booking(family=family, session=earlier)
    return family, room


def booked_after() -> Wanted:
    family, room = wanted()
    later = make_room(seats=3, rota=room.rota, starts_at=at(SATURDAY + "10:00"))
    make_booking(family=family, session=later)
    return family, room


def one_of_several() -> Wanted:
    return wanted(group="周末")


def somebody_there() -> Wanted:
    family, room = wanted()
    Avoid.objects.create(family=family, volunteer=room.assignments.get().volunteer)
    return family, room


THEIRS: dict[str, tuple[tuple[Callable[[], Wanted], str], ...]] = {
    "age": ((too_old, "这一场适合 6–12 个月，那天宝宝 21 个月"),),
    "family_overlap": (
        (booked_before, "跟你们 9:00 约好的那一场时间重叠"),
        (booked_after, "跟你们 10:00 约好的那一场时间重叠"),
    ),
    "reserved": ((one_of_several, "这一场留给了约好的家庭"),),
    "avoid": ((somebody_there, "这一场暂时不方便安排你，可以问一问调度员"),),
}

# Rules that no claim, answer, placing, asking, booking or moving can meet, and why.
NEVER = {
    "unknown": "an operation asks for rows that are there; others are DoesNotExist",
    "pin": "one claim leaves every promise as it is",
    "head_count": "the row's own counters are asked first: ShiftFull",
    "open_without_staff": "asks about a whole plan, not about her",
    "open_without_families": "asks about a whole plan, not about her",
    "alternatives": "asks about a whole plan; asking people says alternative_taken first",
    "seats": "the row's own counters are asked: there is a line",
    "no_seats": "a session without seats is NotBookable first",
    "programme": "who books names the session itself",
    "choices": "who books names the session itself",
    "family_availability": "what a family picks itself is not held against its week",
    "family_reach": "what a family picks itself is not held against its way",
    "wants": "what a family picks itself is not held against its wish",
    "per_week": "what a family picks itself is not held against its wish",
    "seat_twice": "AlreadyBooked first",
    **dict.fromkeys(
        (
            "rest",
            "rest_block",
            "limits",
            "weekends",
            "runs",
            "max_children",
            "together",
            "supervision",
            "alone",
            "mix",
            "groups",
            "needs",
            "party",
        ),
        "no rota says it yet: what the platform plans is version 1 of the contract",
    ),
}


def elsewhere(family: Family, room: Session) -> Booking:
    """Seats that the family has at another time, which it wants to exchange for these."""
    other = make_room(seats=3, rota=room.rota, starts_at=at("2026-12-09 09:30"))
    return make_booking(family=family, session=other)
