"""While an upgrade is under way, and after going back, a version that knows no `home` plans visits:
the name of their group says where they are."""

from django.db import migrations

MADE = """
CREATE OR REPLACE FUNCTION say_where_a_session_is() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    NEW.home := CASE WHEN NEW."group" LIKE 'home-pair%' THEN 'for_pair' ELSE 'for_visit' END;
    RETURN NEW;
END $$;
CREATE TRIGGER rota_session_home BEFORE INSERT ON rota_session FOR EACH ROW
    WHEN (NEW.home = '' AND NEW."group" LIKE 'home-%')
    EXECUTE FUNCTION say_where_a_session_is();
"""
GONE = """
DROP TRIGGER rota_session_home ON rota_session;
DROP FUNCTION say_where_a_session_is();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("rota", "0013_session_at_home"),
    ]

    operations = [
        migrations.RunSQL(MADE, GONE),
    ]
