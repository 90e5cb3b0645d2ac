"""What a person chose for herself, and the end of her sessions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db.models import F

from backend.accounts import phones
from backend.accounts.models import Phone, User
from backend.accounts.operations.told import tell_of_account
from backend.common.locking import hold_one, operation
from backend.common.sealing import blind_index, next_ids
from backend.outbox.kinds import NumberMoved, SignedOut
from backend.outbox.record import record

PREFERENCES = {
    "text": "text_size",
    "theme": "theme",
    "language": "language",
}  # name on the page → field


@operation
def keep_preferences(*, user: User, chosen: Mapping[str, str]) -> None:
    """Remember text size, theme or language with the person, so that her next phone looks the
    same."""
    fields = {PREFERENCES[name]: value for name, value in chosen.items()}
    User.objects.filter(pk=user.pk).update(**fields)
    for name, value in fields.items():
        setattr(user, name, value)


@operation
def tell_signed_out(*, user: User, now: datetime) -> None:
    """One of her sessions ended, or all did.

    Call it in the transaction that ends them: her open pages ask who she is again.
    """
    record(
        SignedOut(user=user.pk),
        streams=[f"user.{user.pk}"],
        actor=user,
        now=now,
    )


@operation
def sign_out_everywhere(*, user: User, now: datetime) -> None:
    """Every session of hers ends; the caller gives the one that asked a new proof."""
    User.objects.filter(pk=user.pk).update(signed_out=F("signed_out") + 1)
    user.refresh_from_db(fields=["signed_out"])
    tell_signed_out(user=user, now=now)


@operation
def open_account(*, code_id: int, number: str, chosen: Mapping[str, str], now: datetime) -> User:
    """An account for who has shown by this code that she holds this (clean) number. She has no
    password and no side of the house yet. Of two at once the second gets the account of the first.

    `chosen`: as for keep_preferences(), what she had chosen before she came in.
    """
    name = blind_index(str(code_id), "account.code").hex()[:16]
    user, _new = User.objects.get_or_create(
        username=f"p{name}", defaults={"password": make_password(None)}
    )
    keep_preferences(user=user, chosen=chosen)
    keep_phone(user=user, number=number, now=now)
    return user


@operation
def keep_phone(*, user: User, number: str, now: datetime) -> None:
    """From now on she comes in by this (clean) number, of which she has shown that she holds it,
    and by no other. Nothing is kept of an account that was closed meanwhile."""
    hold_one(User, user.pk)
    if not User.objects.filter(pk=user.pk, is_active=True).exists():
        return
    index = phones.index(number)
    old = Phone.objects.filter(user=user).values_list("pk", "number_index").first()
    row = Phone(
        pk=old[0] if old else next_ids(Phone, 1)[0],
        user=user,
        number=number,
        number_index=index,
        proved_at=now,
    )
    row.save(force_insert=old is None)
    if old and bytes(old[1]) != index:
        tell_of_account(NumberMoved, user=user, now=now)
