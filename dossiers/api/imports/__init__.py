"""The operations on imports; they use the same code as the backoffice."""
