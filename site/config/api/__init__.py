"""Joins both sides of /api/pilot/, and says who asks."""
