"""A list that somebody uploads: how large it may be, and what is read while they wait."""

READ_AT_ONCE = 256 * 1024  # bytes: a list of some thousand people is read while the user waits
MAX_BYTES = 20 * 1024 * 1024
COPY_AT_ONCE = 40_000  # bytes, packed: the same of a clean copy
