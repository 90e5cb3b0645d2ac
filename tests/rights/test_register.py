"""Whatever is kept about people stands in the register that they read."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Field, Model

from backend.common.sealing import SealedModel
from backend.web.held.register import OF_FAMILIES, OF_VOLUNTEERS, Kept

PEOPLE = {
    "volunteers.Volunteer",
    "families.Family",
    "families.Child",
    "families.Guardian",
    "accounts.User",
}
# Tables that name a person, and are no part of what is kept about a volunteer or a family.
ELSEWHERE = {
    "accounts.Attempt": "a hash of who tries, for minutes",
    "accounts.Code": "a day at the most, for signing in, for a number, for a guardian's yes",
    "accounts.Reply": "a day, so that a form that is sent twice is done once",
    "pairs.PairedChild": "a child without an account here, whose guardian asks the coordinator",
    "cases.CareCase": "what people without an account said; the officer of cases takes it back",
    "cases.CaseParty": "people without an account here, who ask the officer of cases",
    "harm.HarmReport": "what the law asks to be reported: no one's to erase, one role reads it",
    "exchange.Export": "who of the staff took out what, and who agreed",
    "exchange.Import": "who of the staff brought in what",
    "exchange.ImportFile": "of the register's part on spreadsheets",
    "notifications.GroupRobot": "the key of a group of the staff's",
    "notifications.ProviderToken": "of a provider",
    "organisations.Invitation": "staff",
    "organisations.Membership": "staff",
    "projects.Money": "who of the staff wrote it down",
    "projects.ReachEntry": "who of the staff wrote it down",
    "proofs.ReportBatch": "who of the staff sent it",
    "records.SessionReport": "numbers of a session; who of the staff said them",
    "reports.Report": "who of the staff took it out",
    "rota.AimsChange": "what plans look to; who of the staff chose it",
    "rota.SessionTemplate": "what a session says; who of the staff kept it",
}


def key(model: type[Model]) -> str:
    return model._meta.label


def of_people(model: type[Model]) -> bool:
    """It points to a person, or holds something sealed."""
    fields = [f for f in model._meta.get_fields() if isinstance(f, Field) and f.is_relation]
    related = {key(f.related_model) for f in fields if isinstance(f.related_model, type)}
    return key(model) in PEOPLE or bool(related & PEOPLE) or issubclass(model, SealedModel)


def ours() -> list[type[Model]]:
    rows = [m for m in apps.get_models() if m.__module__.startswith("backend.")]
    return [m for m in rows if not m._meta.auto_created]


def listed(register: tuple[Kept, ...]) -> set[str]:
    return {table for part in register for table in part.tables}


def test_every_table_of_people_is_in_the_register() -> None:
    known = listed(OF_VOLUNTEERS) | listed(OF_FAMILIES) | set(ELSEWHERE)
    assert [key(m) for m in ours() if of_people(m) and key(m) not in known] == []


def test_the_register_names_no_table_that_is_not_there() -> None:
    there = {key(m) for m in ours()}
    assert (listed(OF_VOLUNTEERS) | listed(OF_FAMILIES) | set(ELSEWHERE)) - there == set()


def test_a_part_stands_once() -> None:
    for register in (OF_VOLUNTEERS, OF_FAMILIES):
        keys = [part.key for part in register]
        assert sorted(set(keys)) == sorted(keys)
