"""What anybody may ask by program: the public side of /api/pilot/. Wagtail's read API is in `pilot_pages.read_api`."""
