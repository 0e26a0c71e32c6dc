"""What communications staff meet in the backoffice beside Wagtail's own pages."""
