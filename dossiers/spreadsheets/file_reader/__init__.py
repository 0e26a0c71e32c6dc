"""The child process that reads a hostile file, without Django and with limits on memory and time."""
