"""Compares the names of companies, which people write with and without their legal form."""

import re

LEGAL_FORM = "(?:b ?v(?: i ?o)?|n ?v|v ?o ?f|c ?v|gmbh|ltd)"  # without punctuation: B.V. i.o. is b v i o
COMPANY_NAME = re.compile(rf"(?:{LEGAL_FORM} )?(?:(?:de|het|t) )?(?P<name>.+?)(?: {LEGAL_FORM})?")


def strip_legal_form(folded: str) -> str:
    """Return the name, given in lower case without punctuation, without its legal form and leading article."""
    match = COMPANY_NAME.fullmatch(folded)
    return match["name"] if match else ""
