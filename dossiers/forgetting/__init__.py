"""Keeping no longer than needed: what is emptied of a person and what stays, and when."""
