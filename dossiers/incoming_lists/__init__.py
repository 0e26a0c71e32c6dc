"""Lists that arrive by themselves: attachments of mails in a mailbox, and files in a folder.

Each becomes an import that waits for a coordinator, as if one had uploaded it for the organisation that sent it.
"""
