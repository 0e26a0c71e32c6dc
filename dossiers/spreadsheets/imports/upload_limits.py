"""A list that somebody uploads: how large it may be."""

MAX_BYTES = 20 * 1024 * 1024
