"""A logging filter that removes secret tokens from URLs."""

import logging
import re

# The token in these URLs gives access to a sign-up, a candidate's page (with the date of birth), or a password reset.
TOKENS = re.compile(r"(/(?:aanmelding|sign-up|mijn-gegevens|inloggen/vergeten)/)[^/]+")


class RemoveTokens(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(TOKENS.sub(r"\1…", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True
