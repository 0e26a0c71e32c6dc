"""Lists of records: the choice of columns, saved views, and the selection of rows."""
