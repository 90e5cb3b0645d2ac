"""The admin's addresses: one line for each model that is registered there."""

from __future__ import annotations

from typing import NamedTuple

from backend.web.doors.line import Line, page
from backend.web.doors.roles import FORBIDDEN, MISSING, MOVED, NOT_ALLOWED, OK, Answers, everybody

NO_ROW = "=987654321"  # who may look at rows is led away from one that is not there


ALL = "add change delete"


class Shown(NamedTuple):
    """A model in the admin, and what may be done to its rows there; the others are looked at, and
    change through operations alone."""

    model: str
    may: str = ""


MODELS = [
    Shown("account_emailaddress", ALL),
    Shown("accounts_access"),
    Shown("accounts_consent"),
    Shown("accounts_user", ALL),
    Shown("auth_group", ALL),
    Shown("bookings_booking"),
    Shown("families_avoid"),
    Shown("families_family"),
    Shown("families_knows"),
    Shown("families_request"),
    Shown("mfa_authenticator", ALL),
    Shown("organisations_membership", ALL),
    Shown("organisations_organisation", "add change"),
    Shown("organisations_team", ALL),
    Shown("outbox_event"),
    Shown("places_calendarday", ALL),
    Shown("places_division", "change"),
    Shown("places_venue", ALL),
    Shown("planning_proposal"),
    Shown("planning_run"),
    Shown("programmes_credentialkind", ALL),
    Shown("programmes_programme", ALL),
    Shown("projects_money"),
    Shown("projects_partner"),
    Shown("projects_project"),
    Shown("projects_reachentry"),
    Shown("projects_station"),
    Shown("records_servicerecord"),
    Shown("records_sessionreport"),
    Shown("reports_report"),
    Shown("rota_assignment"),
    Shown("rota_notice"),
    Shown("rota_offer"),
    Shown("rota_rota"),
    Shown("rota_session"),
    Shown("rota_shift"),
    Shown("volunteers_apart"),
    Shown("volunteers_volunteer"),
]


def staff(staff: int, superuser: int) -> Answers:
    """Everybody else is led to the sign-in, signed in or not."""
    return everybody(MOVED) | {"staff": staff, "superuser": superuser}


def of_model(shown: Shown) -> list[Line]:
    """Its list, and the pages of one row."""
    looked_at = staff(FORBIDDEN, MOVED)

    def done(verb: str, status: int) -> Answers:
        return staff(FORBIDDEN, status if verb in shown.may.split() else FORBIDDEN)

    name = f"admin:{shown.model}"
    return [
        page(f"{name}_changelist", staff(FORBIDDEN, OK)),
        page(f"{name}_add", done("add", OK)),
        page(f"{name}_change", looked_at, done("change", MOVED), object_id=NO_ROW),
        page(f"{name}_delete", done("delete", MOVED), object_id=NO_ROW),
        page(f"{name}_history", staff(MOVED, MOVED), object_id=NO_ROW),
    ]


SIGN_IN = everybody(FORBIDDEN) | {"nobody": MOVED}
ONE_METHOD = staff(NOT_ALLOWED, NOT_ALLOWED)
ADMIN: list[Line] = [
    page("admin:index", staff(OK, OK)),
    page(
        "admin:login",
        SIGN_IN | {"staff": MOVED, "superuser": MOVED},
        SIGN_IN | {"staff": OK, "superuser": OK},
    ),
    page("admin:logout", ONE_METHOD, staff(OK, OK)),
    page("admin:password_change", staff(OK, OK)),
    page("admin:password_change_done", staff(OK, OK), ONE_METHOD),
    page("admin:autocomplete", staff(FORBIDDEN, FORBIDDEN), ONE_METHOD),
    page("admin:jsi18n", staff(OK, OK), ONE_METHOD),
    page("admin:view_on_site", staff(MISSING, MISSING), content_type_id="=1", object_id=NO_ROW),
    page("admin:app_list", staff(MISSING, OK), app_label="=rota"),
    page("admin:auth_user_password_change", staff(FORBIDDEN, MISSING), id=NO_ROW),
    *(line for shown in MODELS for line in of_model(shown)),
]
