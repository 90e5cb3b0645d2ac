"""Whose business a message to a coordinator is: the organisation of what it is about. Who answers
for several is told in the group of that one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import Model

from backend.common.bulk import among
from backend.exchange.models import Export
from backend.organisations.models import NumberQuestion
from backend.pairs.models import Pair
from backend.planning.models import Proposal, Run
from backend.proofs.models import Doubt, Statement
from backend.records.models import BackEntry, Objection
from backend.rota.models import Assignment, Session, Shift
from backend.visits.models import Visit
from backend.volunteers.models import HandIn, Pause, TeamRequest, VettingCheck, Volunteer


class Belongs(NamedTuple):
    """From the subjects of a condition (`table.MessageKind.while_`) to their organisation."""

    model: type[Model]
    organisation: str
    subject: str = "pk"


OF_SESSION = "session__rota__organisation"
BELONGS = {
    "shift_short": Belongs(Shift, OF_SESSION),
    "children_unminded": Belongs(Session, "rota__organisation"),
    "minors_alone": Belongs(Session, "rota__organisation"),
    "minors_minded": Belongs(Session, "rota__organisation"),
    "place_silent": Belongs(Assignment, OF_SESSION),
    "proposal_open": Belongs(Proposal, "rota__organisation"),
    "run_over": Belongs(Run, "rota__organisation"),
    "still_applies": Belongs(Volunteer, "organisation"),
    "took_back": Belongs(Volunteer, "organisation"),
    "number_in_question": Belongs(NumberQuestion, "organisation"),
    "team_waits": Belongs(TeamRequest, "team__organisations"),
    "resume_waits": Belongs(Pause, "volunteer__organisation", "volunteer"),
    "hand_in_waits": Belongs(HandIn, "volunteer__organisation"),
    "vetting_waits": Belongs(VettingCheck, "volunteer__organisation"),
    "export_waits": Belongs(Export, "organisation"),
    "export_answered": Belongs(Export, "organisation"),
    "objection_open": Belongs(Objection, f"assignment__{OF_SESSION}"),
    "back_entry_open": Belongs(BackEntry, f"assignment__{OF_SESSION}"),
    "statement_waits": Belongs(Statement, "organisation"),
    "doubt_open": Belongs(Doubt, "statement__organisation"),
    "pair_at_desk": Belongs(Pair, "child__organisation"),
    "pair_wants_help": Belongs(Pair, "child__organisation"),
    "pair_lags_long": Belongs(Pair, "child__organisation"),
    "pair_inside": Belongs(Visit, OF_SESSION),
    "pair_back_inside": Belongs(Visit, OF_SESSION),
}


def organisations_of(condition: str, subjects: Collection[int]) -> dict[int, str]:
    """Subject → the path of its organisation, of a team of several the same at each asking. One
    statement; none where nothing belongs to one."""
    if condition not in BELONGS:
        return {}
    model, organisation, subject = BELONGS[condition]
    rows: Any = model._default_manager.filter(among(subject, subjects))
    path = f"{organisation}__path"
    return dict(rows.order_by(path).values_list(subject, path))
