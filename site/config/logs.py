"""Logging filters: no secret tokens in URLs, and one line for a refused request."""

import logging
import re

# The token in these URLs gives access to a sign-up, a candidate's page (with the date of birth), a password reset, an
# invitation, or a user's agenda.
TOKENS = re.compile(r"(/(?:aanmelding|sign-up|mijn-gegevens|inloggen/vergeten|inloggen/uitnodiging|agenda)/)[^/]+")


class RemoveTokens(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(TOKENS.sub(r"\1…", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True


class OneLineIfRefused(logging.Filter):
    """Drops the traceback of a request that was refused: it shows no error in the code, and anybody can fill a log
    with it. Errors keep theirs."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = record.exc_text = None
        return True
