from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planning", "0003_publications")]

    operations = [
        migrations.AddField(
            model_name="run", name="bound", field=models.BigIntegerField(null=True)
        ),
    ]
