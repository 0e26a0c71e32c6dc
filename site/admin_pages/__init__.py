"""Base classes, tabs and pagination that all pages of our own in the admin share."""
