"""The messages of Wagtail's API, which it has in English only, in the language of all other errors."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The pattern of a message of Wagtail, and ours, with the named groups of the pattern as parameters.
MESSAGES: tuple[tuple[str, Promise], ...] = (
    (
        r"query parameter is not an operation or a recognised field: (?P<names>.*)",
        _("This address has no parameter called: %(names)s."),
    ),
    (r"unknown fields: (?P<names>.*)", _("This address has no field called: %(names)s.")),
    (r"'(?P<name>.*)' does not support nested fields", _("The field “%(name)s” has no fields of its own.")),
    (
        r"fields error: .*",
        _("The parameter “fields” can't be read: write names of fields with commas between them, and no spaces."),
    ),
    (
        r"field filter error\. '(?P<value>.*?)' is not a valid value for (?P<name>\w+) \(.*\)",
        _("The field “%(name)s” never has the value “%(value)s”."),
    ),
    (r"field filter error\. null characters .*", _("It contains an invalid character.")),
    (r"type doesn't exist", _("There is no such type of page.")),
    (
        r"random ordering cannot be combined with other fields",
        _("A random order can't be combined with another order."),
    ),
    (r"random ordering with offset is not supported", _("A random order has no offset.")),
    (r"cannot order by '(?P<name>.*)' \(.*\)", _("This list can't be sorted by “%(name)s”.")),
    (
        r"cannot (order|filter) by '(?P<name>.*)' while searching \(.*\)",
        _("A search can't be combined with “%(name)s”. Leave out one of the two."),
    ),
    (
        r"filtering by tag with a search query is not supported",
        _("A search can't be combined with “tags”. Leave out one of the two."),
    ),
    (r"search is disabled", _("Nothing can be searched here.")),
    (r"(?P<name>\w+) must be a positive integer", _("Write “%(name)s” as a whole number, 0 or more.")),
    (r"limit cannot be higher than (?P<most>\d+)", _("At most %(most)s are given at once: take a lower “limit”.")),
    (r"(parent|ancestor|descendant|translation_of) page doesn't exist", _("There is no page with this id.")),
    (
        r"filtering by descendant_of with child_of is not supported",
        _("“descendant_of” can't be combined with “child_of”. Leave out one of the two."),
    ),
    (
        r"rich_text_format must be one of (?P<known>.*), got .*",
        _("Choose “rich_text_format” from these: %(known)s."),
    ),
)
WRONG_VALUE = _("A parameter has a value that can't be read. The description of this API says what it can be.")


def translate_message(message: str) -> str:
    """Return Wagtail's message in the active language; a general one for a message that is not known here."""
    for pattern, text in MESSAGES:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return str(text) % match.groupdict()
    return str(WRONG_VALUE)
