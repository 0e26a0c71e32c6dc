"""Tells other systems what happened here: ids and addresses, never a person. They fetch the rest themselves."""
