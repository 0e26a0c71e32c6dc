"""Bulk changes of one field of many records: preview, apply and undo."""
