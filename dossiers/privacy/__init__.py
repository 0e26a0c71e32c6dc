"""The gate: what may not be stored, anywhere. Knows no models.

Not kept (design: "Not kept, anywhere"): nationality, ethnicity, religion, health, asylum motive, BSN, V-number. A
municipality holds no more of a person than its task needs, and several of these are special categories by law (GDPR,
article 9). The gate stands before imports, before fields and questions that staff add, before the sign-up form and the
API, and is a property of each field of text. On columns: `forbidden_header`, `forbidden_column`; on one text:
`check_text`; on what a message quotes: `masked`. What may be something else is asked about: `possible_bsns`, `asking`.
"""

from dossiers.privacy.headers import forbidden_header
from dossiers.privacy.numbers import (
    PERHAPS_A_BSN,
    bsn_in_text,
    check_text,
    doubtful_numbers,
    forbidden_column,
    masked,
    possible_bsns,
    refused,
)
from dossiers.privacy.questions import asking, can_ask, confirmed

__all__ = [
    "PERHAPS_A_BSN",
    "asking",
    "bsn_in_text",
    "can_ask",
    "check_text",
    "confirmed",
    "doubtful_numbers",
    "forbidden_column",
    "forbidden_header",
    "masked",
    "possible_bsns",
    "refused",
]
