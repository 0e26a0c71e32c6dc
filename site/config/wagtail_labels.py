"""Words that Wagtail's own Dutch leaves in English; a catalogue of the project's comes before Wagtail's."""

from django.utils.translation import gettext_noop

WORDS = (gettext_noop("Bold"), gettext_noop("Italic"), gettext_noop("Email link"))
