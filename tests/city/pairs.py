"""A pair in the small city: the county's child, with the volunteer as its mentor since a week, and
a visit that she told of."""

from __future__ import annotations

from datetime import timedelta

from backend.accounts.models import User
from backend.common.clock import local_day, now
from backend.organisations.models import Organisation
from backend.pairs.models import Pair, PairedChild, PairMeeting
from backend.programmes.models import Programme
from backend.rota.operations import Served, note_served
from backend.volunteers.models import Volunteer
from tests.factories import make_role
from tests.pairs.scene import GUARDIAN, NICKNAME, SAID, pairing


def pairs(
    county: Organisation, programme: Programme, her: Volunteer, noted_by: User | None
) -> dict[str, int]:
    role = make_role(programme=programme, code="mentor")
    kind = pairing(programme)
    began = now() - timedelta(weeks=1)
    child = PairedChild(
        organisation=county,
        nickname=NICKNAME,
        birth_month=f"{local_day(now()).year - 9}-03",
        guardian=GUARDIAN,
        agreed_by="grand",
        agreed_how="paper",
        agreed_on=local_day(began),
        noted_by=noted_by,
        noted_at=began,
    )
    child.save()
    pair = Pair(
        child=child,
        mentor=her,
        engagement=kind,
        weeks=2,
        state=Pair.State.STANDING,
        asked_at=began,
        answer_by=began + timedelta(days=3),
        agreed_at=began,
        since=began,
        due_on=local_day(now()) + timedelta(weeks=1),
    )
    pair.save()
    at = now() - timedelta(days=2)
    served = Served(
        engagement=kind, role=role, title="结对陪伴", starts_at=at, minutes=60, mark="pair"
    )
    place = note_served(organisation=county, volunteer=her, served=served, now=now())
    PairMeeting(
        pair=pair,
        place=place,
        began_at=at,
        minutes=60,
        felt="well",
        words=SAID,
        told_at=now(),
    ).save()
    return {"paired_child": child.pk, "pair": pair.pk, "pair_kind": kind.pk}
