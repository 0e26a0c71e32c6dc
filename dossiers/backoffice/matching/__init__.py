"""Suggestions of employers for a candidate and of candidates for an employer; a person decides."""
