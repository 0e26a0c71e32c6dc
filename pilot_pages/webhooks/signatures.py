"""Signatures of messages according to Standard Webhooks (https://www.standardwebhooks.com)."""

import base64
import hashlib
import hmac


def build_headers(key: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    signed = b".".join([message_id.encode(), str(timestamp).encode(), body])
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
