"""A draft, shown by another front end before it is published."""
