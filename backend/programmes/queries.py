"""Reading programmes and what they ask for."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.programmes.models import ADULT, CredentialKind, Engagement, Programme


def credential_names() -> dict[str, str]:
    """The name of every kind of credential by the code that rules use."""
    return dict(CredentialKind.objects.values_list("code", "name"))


def kinds_by_training() -> QuerySet[CredentialKind]:
    """What attending a training can give: neither what an authority answers nor how old she is."""
    return CredentialKind.objects.filter(is_vetting=False).exclude(code=ADULT).order_by("pk")


def programmes_at_work() -> QuerySet[Programme]:
    """Those that new sessions and people may still choose, in their order."""
    return Programme.objects.filter(active=True).order_by("pk")


def programmes_with_seats() -> QuerySet[Programme]:
    """Those at work in which some role carries seats for families."""
    rows = Programme.objects.filter(active=True, engagements__seats_max__isnull=False)
    return rows.distinct().order_by("pk")


def kinds_of_session() -> QuerySet[Engagement]:
    """What a session can be that somebody puts into a rota, with its programme: every engagement at
    work that has a length and a place."""
    return _with_a_length().filter(at_home=False)


def kinds_at_home() -> QuerySet[Engagement]:
    """What a visit at a family's home can be: none is made but of what a family asks for."""
    return _with_a_length().filter(at_home=True)


def _with_a_length() -> QuerySet[Engagement]:
    rows = Engagement.objects.filter(minutes__isnull=False, programme__active=True)
    return rows.select_related("programme").order_by("programme_id", "pk")


def all_programmes() -> QuerySet[Programme]:
    """Those no longer at work, too: what was done in them stays theirs."""
    return Programme.objects.order_by("pk")
