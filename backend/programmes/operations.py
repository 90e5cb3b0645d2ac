"""Programmes are loaded from data by code. What an admin has added beside them stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from backend.common.locking import operation
from backend.programmes.models import CredentialKind, Engagement, Programme, Role

Row = TypeVar("Row")


class UnknownWord(Exception):
    """A programme's data names a credential or role that is not there."""

    def __init__(self, programme: str, word: str) -> None:
        super().__init__(f"{programme}: {word}")
        self.programme = programme
        self.word = word


@operation
def load_credential_kinds(*, kinds: Iterable[Mapping[str, Any]]) -> None:
    """Make or renew credential kinds by code: {code, name, valid_months?, is_vetting?}."""
    for kind in kinds:
        CredentialKind.objects.update_or_create(
            code=kind["code"], defaults={k: v for k, v in kind.items() if k != "code"}
        )


@operation
def load_programme(*, data: Mapping[str, Any]) -> Programme:
    """Make or renew one programme with its roles and engagements by code, all or nothing.

    Raises UnknownWord.
    """
    fields = {name: data[name] for name in ("name", "summary", "privacy")}
    fields["figures"] = data.get("figures", [])
    programme, _ = Programme.objects.update_or_create(code=data["code"], defaults=fields)
    kinds = {kind.code: kind for kind in CredentialKind.objects.all()}
    for entry in data["roles"]:
        role, _ = Role.objects.update_or_create(
            programme=programme,
            code=entry["code"],
            defaults={
                "name": entry["name"],
                "carries_seats": entry.get("carries_seats", True),
                "leads": entry.get("leads", False),
            },
        )
        role.requires.set([_known(kinds, code, programme) for code in entry["requires"]])
    roles = {role.code: role for role in programme.roles.all()}
    for entry in data["engagements"]:
        for line in entry["staffing"]:
            _known(roles, line["role"], programme)
        rest = {k: v for k, v in entry.items() if k not in ("code", "requires")}
        engagement, _ = Engagement.objects.update_or_create(
            programme=programme, code=entry["code"], defaults=rest
        )
        wanted = [_known(kinds, code, programme) for code in entry.get("requires", [])]
        engagement.requires.set(wanted)
    return programme


def _known(rows: Mapping[str, Row], code: str, programme: Programme) -> Row:
    if code not in rows:
        raise UnknownWord(programme.code, code)
    return rows[code]
