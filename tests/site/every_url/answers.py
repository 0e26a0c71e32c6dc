"""Send a request in a transaction that is rolled back."""

from dataclasses import dataclass

from django.db import transaction
from django.test import Client

LOGINS = ("/inloggen/?", "/beheer/login/?")


@dataclass(frozen=True)
class Answer:
    status: int
    to: str  # where it leads on to
    page: str

    @property
    def opens(self) -> bool:
        """Return whether the response is no 403, no 404 and no redirect to the login or to the home page."""
        return self.status not in (403, 404) and self.to != "/beheer/" and not self.to.startswith(LOGINS)

    @property
    def only_takes_posts(self) -> bool:
        return self.status == 405


def ask(client: Client, method: str, path: str, data: dict[str, str] | None = None) -> Answer:
    cookies = client.cookies.copy()  # one of the addresses logs out
    with transaction.atomic():
        response = getattr(client, method)(path, data)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    client.cookies = cookies
    return Answer(response.status_code, response.headers.get("Location", ""), body.decode(errors="replace"))
