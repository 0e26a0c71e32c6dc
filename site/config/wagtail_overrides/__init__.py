"""What this project changes in Wagtail and Django's own views, forms and texts."""
