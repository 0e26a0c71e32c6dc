"""What a key opens of the records, within the rights of its owner: read, changed, brought in and taken out.

Fields are those of a spreadsheet, filters those of a list, and what a form refuses is refused here.
"""
