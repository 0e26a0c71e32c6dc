"""The limits of an uploaded list."""

MAX_BYTES = 20 * 1024 * 1024
