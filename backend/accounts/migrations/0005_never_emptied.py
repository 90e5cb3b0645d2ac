from __future__ import annotations

from django.db import migrations

from backend.common.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_reply_to_one_body")]

    operations = [never_emptied("accounts_access")]
