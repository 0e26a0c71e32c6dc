"""The candidate's own page, which a key on paper and a date of birth open for 15 minutes."""
