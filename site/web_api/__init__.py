"""How both sides of /api/pilot/ answer: problems, versions of records, pages of a list, limits, the description."""
