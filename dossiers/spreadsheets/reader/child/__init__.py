"""The process that reads hostile bytes: no Django, little memory, little time."""
