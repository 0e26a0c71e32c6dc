"""Anonymizes people when the retention term has passed: which data is cleared, which stays, and when."""
