"""Pages of bulk work: what is ticked is changed, or goes out; first shown, then done, and for a month undone."""
