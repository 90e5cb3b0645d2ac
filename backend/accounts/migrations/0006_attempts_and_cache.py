from __future__ import annotations

from django.db import migrations, models

# What django.core.cache.backends.db expects, as `createcachetable` makes it; but not logged, for
# nothing in it needs to outlive a crash.
CACHE = """
CREATE UNLOGGED TABLE IF NOT EXISTS moli_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS moli_cache_expires ON moli_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_never_emptied")]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("key", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE accounts_attempt SET UNLOGGED",
            "ALTER TABLE accounts_attempt SET LOGGED",
        ),
        migrations.RunSQL(CACHE, "DROP TABLE moli_cache"),
    ]
