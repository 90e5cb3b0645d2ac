"""The token of a provider, kept sealed between two messages and shared by all workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.notifications.models import ProviderToken
from backend.notifications.operations.outside import keep_token


@dataclass(frozen=True)
class KeptToken:
    provider: str

    def kept(self, now: datetime) -> str:
        """ "" when there is none that still holds."""
        row = ProviderToken.objects.filter(provider=self.provider, until__gt=now).first()
        return str(row.token) if row else ""

    def keep(self, token: str, until: datetime) -> None:
        keep_token(provider=self.provider, token=token, until=until)
