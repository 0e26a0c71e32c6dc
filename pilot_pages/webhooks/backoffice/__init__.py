"""The backoffice pages of webhooks and their messages."""
