"""Sealed fields: identity numbers, phone numbers and children's data are never in clear in the
database.

AES-256-GCM; the key's id stands in front of the ciphertext, and `table:column:pk` is bound in as
associated data, so that a value copied to another row, column or table does not open. Equality
search goes through a keyed hash in a column beside it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeGuard, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelBase
from django.db.models.query_utils import DeferredAttribute

NONCE = 12
MARK = "sealed:"  # in front of a sealed text that stands in a text or JSON column
FACTORS = "mfa_authenticator:data"  # where second factors are kept: the place of their seals
FIELD_RING = "FIELD_KEYS"  # the setting with the keys of all that has no ring of its own


class CannotOpen(Exception):
    """A sealed value that no configured key opens: a key is missing, or the value was moved or
    altered."""

    def __init__(self, place: str) -> None:
        super().__init__(f"cannot open {place}")
        self.place = place


@cache
def _keys(ring: str) -> dict[bytes, AESGCM]:
    pairs = (entry.split(":", 1) for entry in getattr(settings, ring))
    return {name.encode(): AESGCM(base64.b64decode(key)) for name, key in pairs}


def has_keys(ring: str) -> bool:
    """Whether anything can be sealed there: a ring that a platform may do without is empty."""
    return bool(_keys(ring))


def current_key(ring: str = FIELD_RING) -> bytes:
    return next(iter(_keys(ring)))


def seal(plain: str, place: str, ring: str = FIELD_RING) -> bytes:
    return seal_bytes(plain.encode(), place, ring)


def seal_bytes(plain: bytes, place: str, ring: str = FIELD_RING) -> bytes:
    key_id = current_key(ring)
    nonce = os.urandom(NONCE)
    return key_id + b":" + nonce + _keys(ring)[key_id].encrypt(nonce, plain, place.encode())


def open_sealed(sealed: bytes, place: str, ring: str = FIELD_RING) -> str:
    return open_bytes(sealed, place, ring).decode()


def open_bytes(sealed: bytes, place: str, ring: str = FIELD_RING) -> bytes:
    """Raises CannotOpen."""
    key_id, _, rest = sealed.partition(b":")
    key = _keys(ring).get(key_id)
    if key is None:
        raise CannotOpen(place)
    try:
        return key.decrypt(rest[:NONCE], rest[NONCE:], place.encode())
    except InvalidTag:
        raise CannotOpen(place) from None


def seal_text(plain: str, place: str) -> str:
    """As seal(), for a column that is not ours and holds text."""
    return MARK + base64.b64encode(seal(plain, place)).decode()


def open_text(text: str, place: str) -> str:
    """Raises CannotOpen; also for a text that was never sealed."""
    return open_sealed(_sealed_bytes(text), place)


def is_sealed_text(text: object) -> TypeGuard[str]:
    return isinstance(text, str) and text.startswith(MARK)


def key_of_text(text: str) -> str:
    """The id of the key that sealed it."""
    return _sealed_bytes(text).partition(b":")[0].decode(errors="replace")


def _sealed_bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text.removeprefix(MARK), validate=True)
    except ValueError:
        return b""


def blind_index(value: str, purpose: str) -> bytes:
    """A keyed hash for equality search; the same value under another purpose gives another hash."""
    key = base64.b64decode(settings.INDEX_KEY)
    return hmac.new(key, f"{purpose}\0{value}".encode(), hashlib.sha256).digest()


class Sealed(bytes):
    """Ciphertext as it came from the database, not yet opened."""


class _Opening(DeferredAttribute):
    """Opens on first access, so that a list which never shows the value never decrypts it; a value
    that a query left where it was is fetched then."""

    field: SealedField

    def __get__(self, row: models.Model | None, owner: Any = None) -> Any:
        value = super().__get__(row, owner)
        if isinstance(value, Sealed):
            assert row is not None
            value = row.__dict__[self.field.attname] = self.field.opened(value, row.pk)
        return value

    def __set__(self, row: models.Model, value: str | bytes | None) -> None:
        row.__dict__[self.field.attname] = value


# a field takes no type arguments at run time
class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """A text that is stored sealed.

    Only on models that derive from SealedModel (the row's id is part of the seal). `ring`: with the
    keys of which setting.
    """

    ring = FIELD_RING

    def contribute_to_class(
        self, cls: type[models.Model], name: str, private_only: bool = False
    ) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Opening(self))

    def place(self, pk: int) -> str:
        return f"{self.model._meta.db_table}:{self.column}:{pk}"

    def from_db_value(
        self, value: bytes | None, expression: object, connection: object
    ) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, row: models.Model, add: bool) -> Sealed | None:
        value = row.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return self.sealed(value, row.pk)

    def sealed(self, value: Any, pk: int) -> Sealed:
        return Sealed(seal(value, self.place(pk), self.ring))

    def opened(self, value: Sealed, pk: int) -> str | bytes:
        return open_sealed(value, self.place(pk), self.ring)

    def get_db_prep_value(
        self, value: object, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> object:
        if value is not None and not isinstance(value, Sealed):
            raise TypeError(
                f"{self.model.__name__}.{self.name} is sealed: save the row, do not update() or "
                f"filter() by it"
            )
        return super().get_db_prep_value(value, connection, prepared)


class SealedBytesField(SealedField):
    """As SealedField, for what is no text: a picture."""

    def sealed(self, value: Any, pk: int) -> Sealed:
        return Sealed(seal_bytes(value, self.place(pk), self.ring))

    def opened(self, value: Sealed, pk: int) -> str | bytes:
        return open_bytes(value, self.place(pk), self.ring)


class PackedField(models.BinaryField):  # type: ignore[type-arg]
    """Bytes that come sealed already, for the column and not for the row, by whoever packs them:
    seal_bytes() with `sealed_for`. Rotating the keys finds them by this class."""

    ring = FIELD_RING

    def sealed_for(self) -> str:
        return f"{self.model._meta.db_table}:{self.column}"


Row = TypeVar("Row", bound=models.Model, covariant=True)


class SealedQuerySet(models.QuerySet[Row]):
    def bulk_create(self, objs: Iterable[Row], *args: Any, **kwargs: Any) -> list[Row]:
        rows = list(objs)
        new = [row for row in rows if row.pk is None]
        for row, pk in zip(new, next_ids(self.model, len(new), self.db), strict=True):
            row.pk = pk
        return super().bulk_create(rows, *args, **kwargs)


class SealedModel(models.Model):
    """Gives each new row its id before it is written, because the seal binds the value to that
    id."""

    objects = SealedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        if self.pk is None:
            self.pk = next_ids(type(self), 1, using or "default")[0]
            force_insert = True
        super().save(
            force_insert=force_insert,
            force_update=force_update,
            using=using,
            update_fields=update_fields,
        )


def next_ids(model: type[models.Model], count: int, using: str = "default") -> list[int]:
    """Take that many ids from the table's own sequence, for rows that must know theirs before they
    are written."""
    if not count:
        return []
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [row[0] for row in cursor.fetchall()]
