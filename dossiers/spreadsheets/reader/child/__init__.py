"""The child process that reads hostile files, without Django and with limits on memory and time."""
