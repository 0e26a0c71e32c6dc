"""How much a list may hold, and how much its reading may cost."""

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL = 32_767
"""Characters; Excel's own limit."""

MAX_UNPACKED = 1024 * 1024 * 1024
"""Bytes of all parts of a workbook. 200,000 rows of 30 columns unpack to some 300 MB."""
MAX_RATIO = 250
"""Unpacked to packed, of one part. Real sheets reach some 40; a bomb reaches 1,000."""
MAX_TEXT = 400_000_000
"""Characters of all cells. One long text that a workbook repeats can make terabytes out of a small file."""
MAX_FRAME = 128 * 1024 * 1024
"""Bytes of one message between child and parent."""

CHILD_MEMORY = 1536 * 1024 * 1024
"""Address space. 200,000 rows of 30 columns as xlsx take 700 MB."""
CHILD_SECONDS = 60
"""Processor time. The largest list that is allowed takes some 15."""
SILENCE_SECONDS = 120
"""How long the parent waits for the child's next word."""
