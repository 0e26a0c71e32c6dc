"""What others may want to hear of, told by whoever does it. This app knows nobody who listens."""

from django.dispatch import Signal

facts_changed = Signal()
"""A rule was added, changed, checked or deleted, or holds from today on. Sent with `keys`, a list."""

evaluation_released = Signal()
"""Others can read it from now on. Sent with `evaluation`."""

destroying = Signal()
"""What is over is destroyed now. Sent with `now`; whoever listens answers with what it destroyed, in words."""
