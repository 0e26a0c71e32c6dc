"""Checks the permissions of the user who owns the key, before any record is looked up."""

from typing import cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def owner(request: HttpRequest) -> User:
    return cast(User, request.user)


def require(request: HttpRequest, *rights: str) -> User:
    """Return the owner of the key; raises PermissionDenied without all of these permissions of this app."""
    user = owner(request)
    if not all(user.has_perm(f"dossiers.{right}") for right in rights):
        raise PermissionDenied
    return user
