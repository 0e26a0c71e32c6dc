"""Second-factor secrets are stored encrypted: who reads the database or a backup alone can make no code with them."""

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


def fernet() -> MultiFernet:
    """MFA_KEYS, the first of which encrypts; then one made from SECRET_KEY: setting MFA_KEYS locks nobody out."""
    derived = salted_hmac("config.logins.encryption", "", algorithm="sha256").digest()
    return MultiFernet([*map(Fernet, settings.MFA_KEYS), Fernet(base64.urlsafe_b64encode(derived))])


def encrypt(text: str) -> str:
    return fernet().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """The secret; of one that no key opens a random one, which no code fits: an empty one would be known to anybody."""
    try:
        return _opened(text)
    except InvalidToken:
        logger.error("A second factor can't be read: its key is neither in MFA_KEYS nor made from SECRET_KEY.")
        return base64.b32encode(secrets.token_bytes(20)).decode()


def _opened(text: str) -> str:
    """Raises InvalidToken; a secret from before encryption is read as it is."""
    return fernet().decrypt(text).decode() if text.startswith(ENCRYPTED) else text


def encrypt_stored() -> None:
    """Encrypt all with the first key: also what was stored plainly or with another key."""
    with transaction.atomic():
        for authenticator in Authenticator.objects.select_for_update():
            if is_readable(authenticator):
                again = {name: encrypt(_opened(text)) for name, text in _secrets(authenticator).items()}
                authenticator.data |= again
                authenticator.save(update_fields=["data"])


def is_readable(authenticator: Authenticator) -> bool:
    try:
        for text in _secrets(authenticator).values():
            _opened(text)
    except InvalidToken:
        return False
    return True


def _secrets(authenticator: Authenticator) -> dict[str, str]:
    return {name: authenticator.data[name] for name in SECRET_FIELDS if name in authenticator.data}
