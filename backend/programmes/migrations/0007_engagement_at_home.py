"""Which kinds of session take place at a family's home."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def say_it(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Of the programme that came with the platform; a new load says the same."""
    kinds = apps.get_model("programmes", "Engagement").objects
    kinds.filter(programme__code="beibei", code="visit").update(at_home=True)


class Migration(migrations.Migration):
    dependencies = [("programmes", "0006_programme_figures")]

    operations = [
        migrations.AddField(
            model_name="engagement",
            name="at_home",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunPython(say_it, migrations.RunPython.noop),
    ]
