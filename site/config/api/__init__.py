"""The URLs and the authentication of /api/pilot/."""
