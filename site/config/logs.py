"""What the log tells of an address that was refused: not the key that stands in it."""

import logging
import re

# Whoever has one of these addresses opens a sign-up, a candidate's own page (with the date of birth), or a login.
KEYS = re.compile(r"(/(?:aanmelding|sign-up|mijn-gegevens|inloggen/vergeten)/)[^/]+")


class WithoutKeys(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(KEYS.sub(r"\1…", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True
