"""The form in steps, and two more e-mails; pages that are there already get the words of the first content."""

from django.db import migrations, models

NEXT_SUBJECT = "Uw aanmelding bij Asielzoekers naar werk is bevestigd"
GONE_SUBJECT = "Uw aanmelding bij Asielzoekers naar werk is gewist"
NEXT_TEXT = """Goedendag,

Bedankt: uw aanmelding is bevestigd. Een medewerker leest haar en neemt contact met u op om over het werk te praten. Daarna kijken wij samen welke kandidaat bij u past.

Op uw eigen pagina ziet u hoe het ermee staat. Daar kunt u zich ook weer afmelden. Bewaar deze e-mail daarvoor."""
GONE_TEXT = """Goedendag,

U hebt uw aanmelding ingetrokken. Wij hebben haar gewist.

U hoeft niets meer te doen. Hebt u later weer werk? Dan kunt u zich op onze website opnieuw aanmelden."""


def fill_revisions(apps, schema_editor):
    """Editors go on from the latest revision of a page, not from its row."""
    texts = {
        "next_mail_subject": NEXT_SUBJECT,
        "next_mail_text": NEXT_TEXT,
        "gone_mail_subject": GONE_SUBJECT,
        "gone_mail_text": GONE_TEXT,
    }
    revisions = apps.get_model("wagtailcore", "Revision").objects
    for revision in revisions.filter(content_type__app_label="pilot_pages", content_type__model="signuppage"):
        revision.content = texts | revision.content
        revision.save(update_fields=["content"])


def added(name, field):
    return migrations.AddField(model_name="signuppage", name=name, field=field, preserve_default=False)


class Migration(migrations.Migration):
    dependencies = [("pilot_pages", '0001_initial')]

    operations = [
        migrations.AddField(
            model_name="signuppage",
            name="way",
            field=models.CharField(
                choices=[("pagina", "all on one page"), ("stappen", "step by step")],
                default="pagina",
                help_text="Visitors can choose the other way.",
                max_length=8,
                verbose_name="how the form is shown",
            ),
        ),
        added(
            "next_mail_subject",
            models.CharField(
                default=NEXT_SUBJECT, max_length=100, verbose_name="subject"
            ),
        ),
        added(
            "next_mail_text",
            models.TextField(
                default=NEXT_TEXT,
                help_text="The number of the sign-up and the button to its page stand below it.",
                verbose_name="text",
            ),
        ),
        added(
            "gone_mail_subject",
            models.CharField(
                default=GONE_SUBJECT, max_length=100, verbose_name="subject"
            ),
        ),
        added("gone_mail_text", models.TextField(default=GONE_TEXT, verbose_name="text")),
        migrations.RunPython(fill_revisions, migrations.RunPython.noop),
    ]
