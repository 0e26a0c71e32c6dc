"""Each language of the settings, so that an editor can start a translation into it."""

from django.conf import settings
from django.db import migrations


def add_languages(apps, schema_editor):
    for code, _name in settings.LANGUAGES:
        apps.get_model("wagtailcore", "Locale").objects.get_or_create(language_code=code)


class Migration(migrations.Migration):
    dependencies = [("pilot_pages", "0003_public_site"), ("wagtailcore", "0098_apitoken")]
    operations = [migrations.RunPython(add_languages, migrations.RunPython.noop)]
