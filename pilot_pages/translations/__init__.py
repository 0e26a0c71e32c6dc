"""Translations of pages: their approval, and the list of outdated ones."""
