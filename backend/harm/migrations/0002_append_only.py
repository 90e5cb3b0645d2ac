"""A report stays as it was written: what it says may be sealed under a new key, and nothing else of
it is ever changed or removed."""

from django.db import migrations

from backend.common.append_only import never_emptied

FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_but_sealing() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'words' = to_jsonb(NEW) - 'words' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER harm_harmreport_append_only BEFORE UPDATE OR DELETE ON harm_harmreport
FOR EACH ROW EXECUTE FUNCTION refuse_but_sealing();
"""
BACK = "DROP TRIGGER harm_harmreport_append_only ON harm_harmreport;"


class Migration(migrations.Migration):
    dependencies = [("harm", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTION, BACK), never_emptied("harm_harmreport")]
