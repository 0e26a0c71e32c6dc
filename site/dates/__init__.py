"""How dates are read and written, everywhere: in sheets, forms, filters, pages, e-mails and documents.

`parse_date` is the one reader of dates that people type. `formats` says how `format_date` and templates write dates.
Programs get and send ISO dates.
"""
