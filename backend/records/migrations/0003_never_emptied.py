from __future__ import annotations

from django.db import migrations

from backend.common.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("records", "0002_append_only")]

    operations = [never_emptied("records_servicerecord")]
