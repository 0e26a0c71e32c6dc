"""The lanes of background tasks, which are queues with a worker each.

So a task that hangs does not hold up the mail, and spreadsheets that take long to read hold up only each other.
"""

# The seconds that a task of the lane may take.
LANES = {"default": 30 * 60, "reading": 10 * 60, "mail": 5 * 60}
