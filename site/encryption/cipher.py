"""Encryption of secrets that are stored, so that the database or a backup alone is not enough to use them."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

ENCRYPTED = "gAAAA"  # how each encrypted text starts


def get_cipher() -> MultiFernet:
    """Return the keys: ENCRYPTION_KEYS, of which the first encrypts, and those made from SECRET_KEY and former ones.

    With the derived keys, secrets that were stored before ENCRYPTION_KEYS was set can still be decrypted.
    """
    keys = [Fernet(key) for key in settings.ENCRYPTION_KEYS]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        derived = salted_hmac("encryption.cipher", "", secret=secret, algorithm="sha256").digest()
        keys.append(Fernet(base64.urlsafe_b64encode(derived)))
    return MultiFernet(keys)


def encrypt(text: str) -> str:
    return get_cipher().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """Return the decrypted text; raise `cryptography.fernet.InvalidToken` if no key fits."""
    return get_cipher().decrypt(text).decode()
