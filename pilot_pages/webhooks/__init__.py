"""Webhooks: messages about events to other systems. They contain ids and URLs, but no personal data."""
