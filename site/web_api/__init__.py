"""The shared parts of /api/pilot/: errors, ETags, pagination, rate limits and the description."""
