"""A spreadsheet that a request is about, and the file that answers it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header, urlencode

from backend.access import queries as access
from backend.common import clock
from backend.common.reading import key
from backend.exchange.table import Context, Table
from backend.exchange.tables import TABLES
from backend.organisations.models import Organisation
from backend.organisations.policy import ACTS
from backend.organisations.queries import organisations_within, scope_paths
from backend.rota.models import Rota
from backend.web.coordinator.door import CoordinatorRequest
from backend.web.methods import filled_in

LOG = 20


@dataclass(frozen=True)
class ChosenTable:
    """What a request is about: a table, of a rota where it is of one."""

    table: type[Table]
    rota: Rota | None

    @property
    def query(self) -> str:
        values = {"table": self.table.code}
        if self.rota:
            values["rota"] = str(self.rota.pk)
        return urlencode(values)

    @property
    def name(self) -> str:
        if self.rota is None:
            return str(self.table.name)
        return f"{self.table.name} {self.rota.name}"

    def context(self, request: CoordinatorRequest) -> Context:
        return Context(user=request.user, now=clock.now(), rota=self.rota)

    def whole(self, request: CoordinatorRequest, organisation: Organisation) -> Context:
        """What somebody else agreed to: whole telephones, of this organisation and below."""
        return replace(self.context(request), full=True, under=organisation.path)


def part_of(request: CoordinatorRequest) -> ChosenTable:
    """?table= and ?rota=, from the address or the form. Raises Http404, PermissionDenied for who
    only looks on, NotSeen and NotHers of the rota."""
    sent = filled_in(request) or request.GET
    table = TABLES.get(sent.get("table", ""))
    if table is None:
        raise Http404("table")
    if not table.of_rota:
        if not scope_paths(request.user, ACTS):
            raise PermissionDenied
        return ChosenTable(table, None)
    return ChosenTable(table, access.rota_to_add_to(request.user, key(sent.get("rota")) or 0))


def file_of(data: bytes, kind: str, name: str, ending: str) -> HttpResponse:
    """A file to keep, under a name that people read."""
    answer = HttpResponse(data, content_type=kind)
    header = content_disposition_header(as_attachment=True, filename=f"{name}.{ending}")
    answer["Content-Disposition"] = header or "attachment"
    answer["Cache-Control"] = "no-store"
    return answer


def organisation_of(request: CoordinatorRequest, part: ChosenTable) -> Organisation:
    """In whose list the import stands: of those that she coordinates, the highest."""
    if part.rota and access.sees_whole(request.user, part.rota.organisation):
        return part.rota.organisation
    return organisations_within(request.user, ACTS)[0]
