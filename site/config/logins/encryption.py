"""Encryption of second-factor secrets."""

import base64
import logging
import secrets

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.db import transaction

from encryption import cipher

logger = logging.getLogger(__name__)
SECRET_FIELDS = ("secret", "seed")  # of an app, and of recovery codes


def decrypt(text: str) -> str:
    """Return the secret, or a random one if no key decrypts it: no code is valid for that, unlike for an empty one."""
    try:
        return _decrypt(text)
    except InvalidToken:
        logger.error("A second factor can't be read: its key is neither in ENCRYPTION_KEYS nor made from SECRET_KEY.")
        return base64.b32encode(secrets.token_bytes(20)).decode()


def _decrypt(text: str) -> str:
    """Return the decrypted text, or an unencrypted text as it is; raises InvalidToken if no key fits."""
    # An unencrypted secret (base32) and an unencrypted seed (hex) have no small g.
    return cipher.decrypt(text) if text.startswith(cipher.ENCRYPTED) else text


def encrypt_stored() -> None:
    """Encrypt all stored secrets with the first key, including unencrypted ones and those of an older key."""
    with transaction.atomic():
        for authenticator in Authenticator.objects.select_for_update():
            if is_readable(authenticator):
                again = {name: cipher.encrypt(_decrypt(text)) for name, text in _secrets(authenticator).items()}
                authenticator.data |= again
                authenticator.save(update_fields=["data"])


def is_readable(authenticator: Authenticator) -> bool:
    try:
        for text in _secrets(authenticator).values():
            _decrypt(text)
    except InvalidToken:
        return False
    return True


def _secrets(authenticator: Authenticator) -> dict[str, str]:
    return {name: authenticator.data[name] for name in SECRET_FIELDS if name in authenticator.data}
