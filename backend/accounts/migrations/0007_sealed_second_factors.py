"""Secrets of second factors and the seeds of recovery codes that were stored in clear are sealed."""

from __future__ import annotations

from typing import Any

from django.db import migrations

# Sealing itself cannot be frozen: it is the same keys and the same form for ever. The place and the
# names are, because what is sealed today is not what was in clear then.
from backend.common.sealing import is_sealed_text, seal_text

FACTORS = "mfa_authenticator:data"
IN_FACTORS = ("secret", "seed")


def seal(apps: Any, schema_editor: Any) -> None:
    for row in apps.get_model("mfa", "Authenticator").objects.all():
        change: dict[str, Any] = {
            name: seal_text(text, FACTORS)
            for name, text in row.data.items()
            if name in IN_FACTORS and not is_sealed_text(text)
        }
        if "migrated_codes" in row.data:
            change["migrated_codes"] = [
                code if is_sealed_text(code) else seal_text(code, FACTORS)
                for code in row.data["migrated_codes"]
            ]
        if change:
            row.data = {**row.data, **change}
            row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_attempts_and_cache"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
