"""Files that were uploaded with a form that is not complete, until the rest of it is filled in.

No record refers to such a file, so that it is destroyed after an hour, as expiry.py does with each file without one.
"""

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files import File
from django.core.signing import BadSignature, Signer

from dossiers.models.imports.import_run import private_storage, upload_place

SIGNER = Signer(salt=__name__)


def store_pending_upload(file: File, user: AbstractBaseUser) -> str:
    """Store the file and return a signed reference to it, with which only this user can use it."""
    place = private_storage().save(upload_place(), file)
    return SIGNER.sign_object([user.pk, place, file.name])


def open_pending_upload(reference: str, user: AbstractBaseUser) -> File | None:
    """Return the file of a signed reference; None if it was destroyed or is of another user."""
    try:
        owner, place, name = SIGNER.unsign_object(reference)
    except BadSignature:
        return None
    if owner != user.pk or not private_storage().exists(place):
        return None
    return File(private_storage().open(place), name)


def delete_pending_upload(reference: str) -> None:
    private_storage().delete(SIGNER.unsign_object(reference)[1])
