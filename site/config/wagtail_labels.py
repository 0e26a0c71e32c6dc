"""Labels that Wagtail's Dutch catalog leaves in English; the project's catalog has precedence over Wagtail's."""

from django.utils.translation import gettext_noop

LABELS = (gettext_noop("Bold"), gettext_noop("Italic"), gettext_noop("Email link"))
