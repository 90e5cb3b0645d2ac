"""What a run looked to, which its rota may look to no more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planning", "0007_what_if")]

    operations = [
        migrations.AddField(
            model_name="run", name="aims", field=models.JSONField(blank=True, null=True)
        ),
    ]
