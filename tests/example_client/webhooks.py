"""Verify the signature and the timestamp of a webhook message."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping

LATE = 300  # seconds


def is_genuine(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    stamp = headers.get("webhook-timestamp", "0")
    signed = f"{headers.get('webhook-id', '')}.{stamp}.".encode() + body
    ours = f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"
    in_time = stamp.isdigit() and abs(time.time() - int(stamp)) < LATE
    return in_time and any(
        hmac.compare_digest(ours, signature) for signature in headers.get("webhook-signature", "").split()
    )
