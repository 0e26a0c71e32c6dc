"""Links to other sites that editors typed, and whether they still work."""
