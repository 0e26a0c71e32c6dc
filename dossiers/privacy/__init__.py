"""The gate: what may not be stored, anywhere. Knows no models.

Not kept (design: "Not kept, anywhere"): nationality, ethnicity, religion, health, asylum motive, BSN, V-number. A
municipality holds no more of a person than its task needs, and several of these are special categories by law (GDPR,
article 9). The gate stands before imports, before fields and questions that staff add, before the sign-up form and the
API. On columns: `forbidden_header`, `forbidden_column`; on one text: `check_text`; on what a message quotes: `masked`.
"""

from dossiers.privacy.headers import forbidden_header
from dossiers.privacy.numbers import bsn_in_text, check_text, forbidden_column, masked

__all__ = ["bsn_in_text", "check_text", "forbidden_column", "forbidden_header", "masked"]
