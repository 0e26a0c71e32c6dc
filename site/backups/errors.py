class BackupError(Exception):
    """Raised if a backup can't be made, checked or restored; its text is a sentence for administrators."""
