"""The API for the records, with the permissions of the user who owns the key: read, change, import and export.

It has the fields of the spreadsheets, the filters of the lists and the validation of the forms.
"""
