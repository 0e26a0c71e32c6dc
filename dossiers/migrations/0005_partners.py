import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0004_undo"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="by_partner",
            field=models.BooleanField(default=False, verbose_name="uploaded by a partner"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="returned_word",
            field=models.TextField(blank=True, verbose_name="word to the partner"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="sent_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="sent"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="sent_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent by",
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="with_partner",
            field=models.BooleanField(default=False, verbose_name="not opened by a coordinator yet"),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="state",
            field=models.CharField(
                choices=[
                    ("reading", "being read"),
                    ("asking", "waits for an answer"),
                    ("refused", "refused"),
                    ("previewed", "previewed"),
                    ("sent", "sent by a partner, to be judged"),
                    ("returned", "returned to the partner"),
                    ("applying", "being applied"),
                    ("applied", "applied"),
                    ("failed", "failed, nothing was written"),
                    ("undoing", "being undone"),
                    ("undone", "undone"),
                ],
                default="reading",
                max_length=10,
                verbose_name="state",
            ),
        ),
    ]
