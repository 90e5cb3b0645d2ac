"""Reading programmes and what they ask for."""

from __future__ import annotations

from backend.programmes.models import CredentialKind


def credential_names() -> dict[str, str]:
    """The name of every kind of credential by the code that rules use."""
    return dict(CredentialKind.objects.values_list("code", "name"))
