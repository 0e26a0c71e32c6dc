"""Encrypted backups: one archive with the database and the files, and the way back."""
