"""Webhooks in the backoffice: which there are, and what became of each message."""
