"""Previews of drafts in another front end."""
