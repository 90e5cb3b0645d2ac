"""Re-sealing under a new key, a batch at a time, while the platform runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from backend.common.sealing import (
    FACTORS,
    FIELD_RING,
    PackedField,
    SealedField,
    SealedModel,
    current_key,
    has_keys,
    is_sealed_text,
    key_of_text,
    open_bytes,
    open_text,
    seal_bytes,
    seal_text,
)

# Written by the version before, for a run that is still under way: gzip, never sealed.
NOT_PLAIN = "substring({column} from 1 for 2) <> '\\x1f8b'::bytea"


def sealed_models() -> list[type[SealedModel]]:
    """Every model with sealed columns, in the order of the applications."""
    return [model for model in apps.get_models() if issubclass(model, SealedModel)]


def sealed_columns(model: type[models.Model]) -> list[SealedField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]


@transaction.atomic
def reseal_some(*, model: type[SealedModel], most: int) -> int:
    """Seal up to `most` rows with the first key and return their number; 0: this table is done.

    Rows are found by the key that stands in front of their values, so that a stopped rotation
    simply goes on. Raises CannotOpen when a value's key is not configured any more; what earlier
    calls sealed stays.
    """
    fields = sealed_columns(model)
    ids = _sealed_otherwise(model, fields, most)
    for row in (
        model._default_manager.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    ):
        for field in fields:
            setattr(
                row, field.attname, getattr(row, field.attname)
            )  # reading opens, so that saving seals anew
        row.save(update_fields=[field.name for field in fields])
    return len(ids)


def packed_columns() -> list[tuple[type[models.Model], PackedField]]:
    """Every column of bytes that are sealed for the column, with its model."""
    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, PackedField)
    ]


@transaction.atomic
def reseal_packed(*, model: type[models.Model], field: PackedField, most: int) -> int:
    """As reseal_some(), for one column of bytes."""
    ids = _sealed_otherwise(model, [field], most)
    rows = model._default_manager.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    place = field.sealed_for()
    for pk, value in rows.values_list("pk", field.attname):
        anew = seal_bytes(open_bytes(bytes(value), place), place)
        model._default_manager.filter(pk=pk).update(**{field.attname: anew})
    return len(ids)


@transaction.atomic
def reseal_factors() -> int:
    """Seal the second factors with the first key, all that are not; their number.

    They stand in a table of allauth's, as texts in JSON.
    """
    first = current_key().decode()
    done = 0
    for row in _factors().select_for_update(no_key=True).order_by("pk"):
        if all(key_of_text(text) == first for text in _texts(row.data)):
            continue
        for name, value in row.data.items():
            if is_sealed_text(value):
                row.data[name] = _anew(value)
            elif isinstance(value, list):
                row.data[name] = [_anew(one) if is_sealed_text(one) else one for one in value]
        row.save(update_fields=["data"])
        done += 1
    return done


def _factors() -> models.QuerySet[Any]:
    return apps.get_model("mfa", "Authenticator")._default_manager.all()


def _texts(data: Mapping[str, object]) -> list[str]:
    found: list[object] = []
    for value in data.values():
        found += value if isinstance(value, list) else [value]
    return [text for text in found if is_sealed_text(text)]


def _anew(text: str) -> str:
    return seal_text(open_text(text, FACTORS), FACTORS)


def rings() -> list[str]:
    """The settings with the keys of sealed columns."""
    return sorted({field.ring for model in sealed_models() for field in sealed_columns(model)})


def keys_in_use(ring: str = FIELD_RING) -> Counter[str]:
    """How many sealed values each key still holds; a key that is not listed may be taken out of
    its setting."""
    found: Counter[str] = Counter()
    for model in sealed_models():
        for field in sealed_columns(model):
            if field.ring == ring:
                found.update(_keys_of(model, field))
    if ring != FIELD_RING:
        return found
    for data in _factors().values_list("data", flat=True):
        found.update(key_of_text(text) for text in _texts(data))
    for packed, column in packed_columns():
        found.update(_keys_of(packed, column))
    return found


def _keys_of(model: type[models.Model], field: models.Field[Any, Any]) -> dict[str, int]:
    table = connection.ops.quote_name(model._meta.db_table)
    column = connection.ops.quote_name(field.column or "")
    key = f"substring({column} from 1 for position('\\x3a'::bytea in {column}) - 1)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT convert_from({key}, 'UTF8'), count(*) FROM {table} WHERE {column} IS "
            f"NOT NULL AND {NOT_PLAIN.format(column=column)} GROUP BY 1"
        )
        return dict(cursor.fetchall())


def _sealed_otherwise(
    model: type[models.Model], fields: Sequence[SealedField | PackedField], most: int
) -> list[int]:
    fields = [field for field in fields if has_keys(field.ring)]
    prefixes = [current_key(field.ring) + b":" for field in fields]
    columns = [connection.ops.quote_name(field.column or "") for field in fields]
    where = " OR ".join(
        f"(substring({column} from 1 for {len(prefix)}) <> %s "
        f"AND {NOT_PLAIN.format(column=column)})"
        for column, prefix in zip(columns, prefixes, strict=True)
    )
    if not where:
        return []
    table = connection.ops.quote_name(model._meta.db_table)
    pk = connection.ops.quote_name(model._meta.pk.column or "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {pk} FROM {table} WHERE {where} ORDER BY {pk} LIMIT {int(most)}",
            prefixes,
        )
        return [row[0] for row in cursor.fetchall()]
