"""Whether plans reckon with how a volunteer answered before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0007_erased")]

    operations = [
        migrations.AddField(
            model_name="volunteer",
            name="by_answers",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
