from django.apps.registry import Apps
from django.db import migrations, models
from django.db.models import Case, Value, When


def fill(apps: Apps, schema_editor: object) -> None:
    """Until now the name of its group said so."""
    sessions = apps.get_model("rota", "Session").objects.filter(group__startswith="home-")
    of_pair = When(group__startswith="home-pair", then=Value("for_pair"))
    sessions.update(home=Case(of_pair, default=Value("for_visit")))


class Migration(migrations.Migration):
    dependencies = [
        ("rota", "0012_aims"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="home",
            field=models.CharField(
                blank=True,
                choices=[("", ""), ("for_visit", "请老师上门"), ("for_pair", "结对")],
                db_default="",
                default="",
                max_length=9,
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
