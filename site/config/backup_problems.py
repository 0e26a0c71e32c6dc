"""Describes why a backup failed, without personal data: a sentence for the shell, a kind for the page “System”."""

from pathlib import Path

import pyrage
from django.db import DatabaseError

from backups.errors import BackupError
from backups.models import Backup
from config.error_views import is_disk_full

PROBLEMS = (BackupError, OSError, DatabaseError, pyrage.EncryptError)


def find_kind(error: BaseException) -> Backup.Problem:
    if is_disk_full(error):
        return Backup.Problem.DISK_FULL
    if isinstance(error, OSError):
        return Backup.Problem.FILES
    return Backup.Problem.DATABASE if isinstance(error, DatabaseError) else Backup.Problem.REFUSED


def describe(error: BaseException) -> str:
    if is_disk_full(error):
        return "The disk is full. What was written is removed again."
    if isinstance(error, OSError):
        place = f" in {Path(error.filename).parent}" if error.filename else ""  # its own name may be somebody's
        return f"A file{place} can't be read or written: {error.strerror}."
    if isinstance(error, DatabaseError):  # its message may have values of a row
        return f"The database gave an error: {type(error.__cause__ or error).__name__}."
    return str(error)
