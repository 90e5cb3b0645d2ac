"""How a statement is numbered and checked, and what may be done with it."""

from __future__ import annotations

import hmac
from datetime import timedelta

from backend.common.sealing import blind_index
from backend.organisations.models import Organisation
from backend.proofs.models import Statement

DISPLAYED_FOR = timedelta(days=7)  # 民发〔2015〕149号: inside the organisation, at least
CODE_LENGTH = 16  # nobody tries so many


def code_in_numbers(organisation: Organisation) -> str:
    """Its division; an organisation without one goes by its own key."""
    return organisation.division_id or f"M{organisation.pk}"


def number_of(code: str, year: int, running: int) -> str:
    """350102001-2026-0007"""
    return f"{code}-{year}-{running:04d}"


def title_of(statement: Statement) -> str:
    """What stands on top of it: only a lawful issuer's is called a proof. Never translated."""
    if statement.is_proof:
        return "志愿服务记录证明"
    return "平台服务记录"


def code_of(number: str) -> str:
    """What the QR code of a statement carries beside its number; it is not stored."""
    return blind_index(number, "statement.check").hex()[:CODE_LENGTH]


def is_code(number: str, given: str) -> bool:
    """Compared in constant time; of a number that does not exist it takes as long."""
    return hmac.compare_digest(given.encode(), code_of(number).encode())
