"""What Django's own fields say of a wrong value, in Dutch that says what to do; the project's catalogue comes first."""

from django.utils.translation import gettext_noop

REFUSALS = (
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid date/time."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
)
