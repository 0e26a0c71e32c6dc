"""Answers the pages that the public reads without a query, and within a second or two as they were last published."""
