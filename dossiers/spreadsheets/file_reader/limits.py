"""The limits of the size of a list, and of the resources that are used to read it."""

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 200_000
MAX_ROWS_COUNTED = 20_000  # of a sheet that is not read, since counting takes time
MAX_COLUMNS = 200
MAX_MERGED = 20_000  # cells of a sheet that are merged with those below them
MAX_CELL = 32_767
"""Characters, which is the limit of Excel itself."""

MAX_UNPACKED = 1024 * 1024 * 1024
"""Bytes of all parts of a workbook; 200,000 rows of 30 columns unpack to about 300 MB."""
MAX_RATIO = 250
"""The ratio of the unpacked to the packed size of one part; real sheets reach about 40, a zip bomb 1,000."""
MAX_TEXT = 400_000_000
"""Characters of all cells; a small workbook that repeats one long text could otherwise expand to terabytes."""
MAX_FRAME = 128 * 1024 * 1024
"""Bytes of one message between child and parent."""

CHILD_MEMORY = 1536 * 1024 * 1024
"""Bytes of address space; 200,000 rows of 30 columns as xlsx take 700 MB."""
CHILD_SECONDS = 60
"""Seconds of processor time; the largest allowed list takes about 15."""
SILENCE_SECONDS = 120
"""Seconds that the parent waits for the next message of the child."""
