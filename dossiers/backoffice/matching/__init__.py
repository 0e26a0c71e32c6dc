"""Employers for a candidate and candidates for an employer: proposals for a person to choose from."""
