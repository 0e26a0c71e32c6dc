"""The users of the backoffice: inviting them, their status, their roles and organisations."""
