"""What pages of Wagtail's admin share, whatever they are about."""
