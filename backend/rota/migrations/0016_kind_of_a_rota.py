"""Until now its name said that a rota is the ledger of the visits of pairs; while an upgrade is under
way, and after going back, a version that knows no kind begins a ledger by its name alone."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.models import Exists, OuterRef

MADE = """
CREATE OR REPLACE FUNCTION say_of_which_kind_a_rota_is() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    NEW.kind := 'pairs';
    RETURN NEW;
END $$;
CREATE TRIGGER rota_rota_kind BEFORE INSERT ON rota_rota FOR EACH ROW
    WHEN (NEW.kind = 'ordinary' AND NEW.state = 'closed' AND NEW.name = '结对记录')
    EXECUTE FUNCTION say_of_which_kind_a_rota_is();
"""
GONE = """
DROP TRIGGER rota_rota_kind ON rota_rota;
DROP FUNCTION say_of_which_kind_a_rota_is();
"""


def fill(apps: Apps, schema_editor: object) -> None:
    """Whatever it is called that holds a visit of a pair, and what has held one until its visit was
    moved to other weeks."""
    sessions = apps.get_model("rota", "Session").objects.filter(rota=OuterRef("pk"))
    rotas = apps.get_model("rota", "Rota").objects.filter(state="closed")
    rotas.filter(Exists(sessions.filter(home="for_pair"))).update(kind="pairs")
    rotas.filter(~Exists(sessions), name="结对记录").update(kind="pairs")


class Migration(migrations.Migration):
    dependencies = [
        ("rota", "0015_visits_of_a_plan"),
    ]

    operations = [
        migrations.AddField(
            model_name="rota",
            name="kind",
            field=models.CharField(
                choices=[("ordinary", "排班"), ("pairs", "结对记录")],
                db_default="ordinary",
                default="ordinary",
                max_length=8,
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(MADE, GONE),
    ]
