"""Error messages of Django's fields that the project's catalog translates in its own words.

Listed here so that `make messages` collects them; the catalog of the project has precedence over Django's.
"""

from django.utils.translation import gettext_noop

DJANGO_FIELD_ERRORS = (
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid date/time."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
)
