"""Stores the signing key of each webhook encrypted, where it was derived from a seed and SECRET_KEY."""

import base64

from django.db import migrations, models
from django.utils.crypto import salted_hmac

import pilot_pages.webhooks.models
from encryption import cipher


def encrypt_keys(apps, schema_editor):
    for webhook in apps.get_model("pilot_pages", "Webhook").objects.all():
        key = salted_hmac("pilot_pages.webhooks", webhook.seed, algorithm="sha256").digest()
        webhook.encrypted_key = cipher.encrypt(base64.b64encode(key).decode())
        webhook.save(update_fields=["encrypted_key"])


class Migration(migrations.Migration):
    dependencies = [("pilot_pages", "0012_statements")]

    operations = [
        migrations.AddField(
            "webhook",
            "encrypted_key",
            models.TextField(default=pilot_pages.webhooks.models.make_encrypted_key, editable=False),
        ),
        migrations.RunPython(encrypt_keys, migrations.RunPython.noop),
        migrations.RemoveField("webhook", "seed"),
    ]
