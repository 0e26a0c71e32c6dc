"""Encryption of secrets in the database."""
