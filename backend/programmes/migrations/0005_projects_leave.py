"""Projects have an app of their own, which takes the table over as it is (projects.0001)."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("programmes", "0004_engagements_require")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Project")])
    ]
