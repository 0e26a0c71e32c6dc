"""The parts of a list about which the user is asked whether they belong to it."""
