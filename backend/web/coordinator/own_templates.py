"""Templates of one's own for sessions: kept from a session, dropped where a new one begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.access import queries as access
from backend.access.refusals import NotHers
from backend.common import clock
from backend.common.reading import key
from backend.organisations.queries import can_coordinate
from backend.records.operations import keep_with_training, name_training
from backend.records.queries import training_kept
from backend.rota.models import Rota, Session, SessionTemplate
from backend.rota.operations import drop_template
from backend.rota.queries.templates import templates_for
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.session_form import habits
from backend.web.refusals import refusals_said
from backend.web.see_other import own_path, see_other

SEATS = ("seats_min", "seats_max", "seats_per_volunteer")
MONTHS = ("months_low", "months_high")


@coordinator
@require_POST
def keep(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """For whoever keeps the rota: the template is its organisation's."""
    session = access.session_to_change(request.user, pk)
    if not can_coordinate(request.user, session.rota.organisation):
        raise NotHers
    with refusals_said(request, you=False):
        template = keep_with_training(
            session_id=pk, name=request.POST.get("name", ""), actor=request.user, now=clock.now()
        )
        said = _("存好了模板「%(name)s」，新增场次的时候可以照它填。")
        messages.success(request, said % {"name": template.name})
    return see_other("coordinator:session", pk)


@coordinator
@require_POST
def drop(request: CoordinatorRequest, pk: int) -> HttpResponse:
    template = access.template_to_change(request.user, pk)
    drop_template(template_id=pk)
    messages.success(request, _("模板「%(name)s」不要了。") % {"name": template.name})
    return see_other(own_path(request.POST.get("next") or "", reverse("coordinator:rotas")))


def named(request: CoordinatorRequest, templates: list[SessionTemplate]) -> SessionTemplate | None:
    """The one of these that the address names."""
    wanted = key(request.GET.get("template"))
    return next((one for one in templates if one.pk == wanted), None)


def gives_as_kept(
    request: CoordinatorRequest, rota: Rota, made: Sequence[Session], now: datetime
) -> None:
    """Sessions that were begun from a template are the training that it is. Raises
    TrainingRefused."""
    if "template" not in request.GET:
        return
    template = named(request, list(templates_for(rota.organisation)))
    if template is None or (gives := training_kept(template)) is None:
        return
    kind, months = gives
    first, *others = [one.pk for one in made]
    name_training(
        session_id=first, kind=kind, months=months, also=others, actor=request.user, now=now
    )


def filled_from(template: SessionTemplate, rota: Rota) -> dict[str, Any]:
    """What the form of a new session starts with."""
    says = template.says
    starts = time.fromisoformat(says["starts"])
    ends = datetime.combine(rota.starts_on, starts) + timedelta(minutes=says["minutes"])
    first = habits(template.engagement, rota)
    first = {name: value for name, value in first.items() if not name.startswith("shift_")}
    first |= {name: says[name] for name in ("title", "venue", "required", "risk_note")}
    first |= {"starts": starts, "ends": ends.time()}
    first |= dict(zip(SEATS, says["seats"] or (None, None, None), strict=True))
    first |= dict(zip(MONTHS, says["months"] or (None, None), strict=True))
    for role, low, high in says["shifts"]:
        first |= {f"shift_{role}_min": low, f"shift_{role}": high}
    return first
