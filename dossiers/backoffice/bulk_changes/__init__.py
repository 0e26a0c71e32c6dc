"""Bulk changes and exports of selected records, with a preview and an undo."""
