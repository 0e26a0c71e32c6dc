"""The privacy gate, which refuses data that may not be stored. It does not depend on the models.

Refused are nationality, ethnicity, religion, political opinion, trade union, health, sexual orientation, biometrics,
asylum motive, criminal record, BSN, V-number, Z-number and the numbers of documents: a municipality may not store more
about a person than its task needs, several of these are special categories of data (GDPR, article 9), and those on
criminal convictions are for authorities only (article 10).
Imports, fields and questions that staff add, the sign-up form, the API and every text field use the gate.

`forbidden_header` and `forbidden_column` check columns, `forbidden_header` and `find_nationality` the texts and the
choices of a field that users define, `check_text` checks a text, `refused_in_phone` a telephone number, and `masked`
masks numbers that a message quotes. Users are asked about doubtful numbers with `possible_bsns` and `asking`.
"""

from dossiers.privacy.headers import forbidden_header
from dossiers.privacy.numbers import (
    MASK,
    PERHAPS_A_BSN,
    PHONE_OR_BSN,
    bsn_in_text,
    check_text,
    doubtful_numbers,
    forbidden_column,
    masked,
    possible_bsns,
    refused,
    refused_in_phone,
)
from dossiers.privacy.origins import find_nationality
from dossiers.privacy.questions import asking, can_ask, confirmed

__all__ = [
    "MASK",
    "PERHAPS_A_BSN",
    "PHONE_OR_BSN",
    "asking",
    "bsn_in_text",
    "can_ask",
    "check_text",
    "confirmed",
    "doubtful_numbers",
    "find_nationality",
    "forbidden_column",
    "forbidden_header",
    "masked",
    "possible_bsns",
    "refused",
    "refused_in_phone",
]
