"""Whether the owner of a key may do something at all: asked before any record is looked for."""

from typing import cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def owner(request: HttpRequest) -> User:
    return cast(User, request.user)


def require(request: HttpRequest, *rights: str) -> User:
    """The owner of the key; raises PermissionDenied without one of these rights of this app."""
    user = owner(request)
    if not all(user.has_perm(f"dossiers.{right}") for right in rights):
        raise PermissionDenied
    return user
