"""The roles that each operation of the API opens to.

An operation opens with any status but 401, 403 and 404. The records are those of tests/site/every_url/world.py.
"""

ANYBODY, MEMBER, READER, EDITOR, COORDINATOR, ADMIN = "anybody", "member", "reader", "editor", "coordinator", "admin"
AZC, WERKCORPORATIE = "partner", "other_partner"
EVERYBODY = {ANYBODY, MEMBER, READER, EDITOR, COORDINATOR, ADMIN, AZC, WERKCORPORATIE}
WITH_A_KEY = EVERYBODY - {ANYBODY}
PARTNERS = {AZC, WERKCORPORATIE}
RECORDS = {COORDINATOR, ADMIN}

JUDGED: dict[str, set[str]] = {
    "get /facts": EVERYBODY,
    "get /figures": EVERYBODY,
    "get /sign-up-form": set(),  # there is no page to sign up on; test_sign_ups.py
    "post /sign-ups": set(),
    "get /me": WITH_A_KEY,
    "get /fields/{records}": RECORDS,
    "get /dossiers": RECORDS,
    "post /dossiers": RECORDS,
    "get /dossiers/{reference}": RECORDS,
    "patch /dossiers/{reference}": RECORDS,
    "get /employers": RECORDS,
    "get /employers/{number}": RECORDS,
    "patch /employers/{number}": RECORDS,
    "get /employer-interests": RECORDS,
    "post /employer-interests": RECORDS,
    "get /employer-interests/{reference}": RECORDS,
    "patch /employer-interests/{reference}": RECORDS,
    "get /exports/{records}/{format}": RECORDS,
    "get /imports": RECORDS | PARTNERS,
    "post /imports": RECORDS | PARTNERS,
    # Of a list that a coordinator uploaded for AZC Luttelgeest.
    "get /imports/{number}": RECORDS,
    "patch /imports/{number}": RECORDS,
    "get /imports/{number}/rows": RECORDS,
    "post /imports/{number}/apply": RECORDS,
    "post /imports/{number}/undo": RECORDS,
    "post /imports/{number}/send": set(),
    "get /supplies": PARTNERS,
}
# Of a list that staff of AZC Luttelgeest uploaded and still work on.
OF_AZC: dict[str, set[str]] = {
    "get /imports/{number}": {AZC},
    "patch /imports/{number}": {AZC},
    "get /imports/{number}/rows": {AZC},
    "post /imports/{number}/apply": set(),
    "post /imports/{number}/undo": set(),
    "post /imports/{number}/send": {AZC},
}
