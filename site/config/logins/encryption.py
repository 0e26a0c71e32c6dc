"""Encryption of second-factor secrets, so that the database or a backup alone is not enough to create codes."""

import base64
import logging
import secrets

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)
ENCRYPTED = "gAAAA"  # how each Fernet token starts: a secret (base32) and a seed (hex) have no small g
SECRET_FIELDS = ("secret", "seed")  # of an app, and of recovery codes


def get_cipher() -> MultiFernet:
    """Return the keys: MFA_KEYS, of which the first one encrypts, and those derived from SECRET_KEY and its fallbacks.

    With the derived keys, secrets that were stored before MFA_KEYS was set can still be decrypted.
    """
    keys = [Fernet(key) for key in settings.MFA_KEYS]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        derived = salted_hmac("config.logins.encryption", "", secret=secret, algorithm="sha256").digest()
        keys.append(Fernet(base64.urlsafe_b64encode(derived)))
    return MultiFernet(keys)


def encrypt(text: str) -> str:
    return get_cipher().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """Return the secret, or a random one if no key decrypts it: no code is valid for that, unlike for an empty one."""
    try:
        return _decrypt(text)
    except InvalidToken:
        logger.error("A second factor can't be read: its key is neither in MFA_KEYS nor made from SECRET_KEY.")
        return base64.b32encode(secrets.token_bytes(20)).decode()


def _decrypt(text: str) -> str:
    """Return the decrypted text, or an unencrypted text as it is; raises InvalidToken if no key fits."""
    return get_cipher().decrypt(text).decode() if text.startswith(ENCRYPTED) else text


def encrypt_stored() -> None:
    """Encrypt all stored secrets with the first key, including unencrypted ones and those of an older key."""
    with transaction.atomic():
        for authenticator in Authenticator.objects.select_for_update():
            if is_readable(authenticator):
                again = {name: encrypt(_decrypt(text)) for name, text in _secrets(authenticator).items()}
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
