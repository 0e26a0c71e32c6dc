"""The lanes: task queues that each have a worker of their own.

A task that hangs therefore does not delay e-mail, and a large spreadsheet delays only other spreadsheets.
"""

# The time limit of a task in each lane, in seconds.
LANES = {"default": 30 * 60, "reading": 10 * 60, "mail": 5 * 60}
