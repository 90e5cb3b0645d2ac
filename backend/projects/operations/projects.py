"""A project is opened, changed, closed; partners and sessions join it and leave it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import lock_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.outbox import kinds
from backend.outbox.record import record
from backend.outbox.shape import Kind
from backend.programmes.models import Programme
from backend.projects.models import Belonging, Partner, Partnership, Project
from backend.rota.models import Session

TEXTS = {"name": 80, "summary": 200}  # characters
MOST_YUAN = 2**31 - 1


class ProjectRefused(Refusal):
    """A value that cannot be. Facts: field, why ("empty", "long", "order", "many"), limit."""

    code = "project_refused"


class ProjectMoved(Refusal):
    """Somebody else changed it since the form was opened. Facts: project."""

    code = "project_moved"


class ProjectClosedAlready(Refusal):
    """Nothing is entered or changed any more. Facts: project."""

    code = "project_closed"


class BelongsElsewhere(Refusal):
    """The session belongs to another project. Facts: project, its key."""

    code = "session_belongs_elsewhere"


@dataclass(frozen=True, kw_only=True)
class ProjectValues:
    """What a coordinator says of a project. `budget_yuan` None: not known; `ends_on`: the last day,
    None: open."""

    name: str
    kind: str
    programmes: tuple[Programme, ...]
    summary: str
    incubated: bool
    budget_yuan: int | None
    starts_on: date
    ends_on: date | None


@operation
def open_project(
    *, organisation: Organisation, values: ProjectValues, actor: User, now: datetime
) -> Project:
    """Raises ProjectRefused."""
    row = Project(organisation=organisation)
    _fill(row, values)
    row.save()
    row.programmes.set(values.programmes)
    note(actor, "create", f"project:{row.pk}", now=now)
    _tell(kinds.ProjectOpened(project=row.pk), row, actor, now)
    return row


@operation
def change_project(
    *, project_id: int, version: int, values: ProjectValues, actor: User, now: datetime
) -> Project:
    """`version`: the one that the form was filled in from. Raises ProjectMoved,
    ProjectClosedAlready, ProjectRefused; Project.DoesNotExist."""
    row = locked(project_id)
    if row.version != version:
        raise ProjectMoved(project=project_id)
    _fill(row, values)
    _changed(row, actor, now)
    row.programmes.set(values.programmes)
    return row


@operation
def close_project(*, project_id: int, actor: User, now: datetime) -> Project:
    """Nothing is entered any more. Repeating it is nothing. Raises Project.DoesNotExist."""
    row = _row(project_id)
    if row.is_closed:
        return row
    row.closed_on = local_day(now)
    row.version += 1
    row.save(update_fields=["closed_on", "version"])
    note(actor, "change", f"project:{row.pk}", "closed", now=now)
    _tell(kinds.ProjectClosed(project=row.pk), row, actor, now)
    return row


@operation
def reopen_project(*, project_id: int, actor: User, now: datetime) -> Project:
    """What was closed too early may be entered in again. Repeating it is nothing. Raises
    Project.DoesNotExist."""
    row = _row(project_id)
    if not row.is_closed:
        return row
    row.closed_on = None
    _changed(row, actor, now)
    return row


@operation
def add_part(
    *, project_id: int, partner: Partner, task: str, actor: User, now: datetime
) -> Partnership:
    """The partner has that part in it; saying it again is nothing. Raises ProjectClosedAlready,
    Project.DoesNotExist."""
    project = locked(project_id)
    row, made = Partnership.objects.get_or_create(project=project, partner=partner, task=task)
    if made:
        _changed(project, actor, now)
    return row


@operation
def remove_part(*, project_id: int, part_id: int, actor: User, now: datetime) -> None:
    """Raises ProjectClosedAlready, Project.DoesNotExist."""
    project = locked(project_id)
    removed, _ = Partnership.objects.filter(pk=part_id, project=project).delete()
    if removed:
        _changed(project, actor, now)


@operation
def add_session_to(*, project_id: int, session: Session, actor: User, now: datetime) -> None:
    """The session belongs to the project; saying it again is nothing. Raises BelongsElsewhere,
    ProjectClosedAlready, Project.DoesNotExist."""
    project = locked(project_id)
    row, made = Belonging.objects.get_or_create(session=session, defaults={"project": project})
    if row.project_id != project.pk:
        raise BelongsElsewhere(project=row.project_id)
    if made:
        _changed(project, actor, now)


@operation
def remove_session_from(*, project_id: int, session_id: int, actor: User, now: datetime) -> None:
    """Raises ProjectClosedAlready, Project.DoesNotExist."""
    project = locked(project_id)
    removed, _ = Belonging.objects.filter(project=project, session=session_id).delete()
    if removed:
        _changed(project, actor, now)


def locked(project_id: int) -> Project:
    """The project, locked, to be entered in. Raises ProjectClosedAlready, Project.DoesNotExist."""
    row = _row(project_id)
    if row.is_closed:
        raise ProjectClosedAlready(project=project_id)
    return row


def streams_of(project: Project) -> list[str]:
    """Those of everybody who oversees the organisation that keeps it."""
    return project.organisation.streams


def _row(project_id: int) -> Project:
    row = lock_one(Project, project_id)
    row.organisation = Organisation.objects.get(pk=row.organisation_id)
    return row


def _fill(row: Project, values: ProjectValues) -> None:
    texts = {"name": line(values.name), "summary": line(values.summary)}
    if not texts["name"]:
        raise ProjectRefused(field="name", why="empty", limit=TEXTS["name"])
    for field, text in texts.items():
        if len(text) > TEXTS[field]:
            raise ProjectRefused(field=field, why="long", limit=TEXTS[field])
        setattr(row, field, text)
    if values.ends_on is not None and values.ends_on < values.starts_on:
        raise ProjectRefused(field="ends_on", why="order", limit=0)
    if values.budget_yuan is not None and not 0 <= values.budget_yuan <= MOST_YUAN:
        raise ProjectRefused(field="budget_yuan", why="many", limit=MOST_YUAN)
    row.kind = values.kind
    row.incubated = values.incubated
    row.budget_yuan = values.budget_yuan
    row.starts_on = values.starts_on
    row.ends_on = values.ends_on


def _changed(row: Project, actor: User, now: datetime) -> None:
    row.version += 1
    row.save()
    note(actor, "change", f"project:{row.pk}", now=now)
    _tell(kinds.ProjectChanged(project=row.pk), row, actor, now)


def _tell(happened: Kind, row: Project, actor: User, now: datetime) -> None:
    record(happened, streams=streams_of(row), actor=actor, now=now)
