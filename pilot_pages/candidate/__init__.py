"""The candidate's own page: a key on paper and a date of birth open it for a quarter of an hour."""
