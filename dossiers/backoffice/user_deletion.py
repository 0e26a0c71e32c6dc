"""Refuses to delete a user under whose name work was done: the records and their history would name nobody."""

from collections import Counter
from typing import Any

from django.contrib.auth.models import User
from django.db.models import SET_NULL, Model
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Comment, CommentReply

from dossiers.models.deletion_guard import format_count

OWN_TEXTS = (Comment, CommentReply)  # deleted with their author, unlike other records, which only lose the name


def describe_work(user: User) -> list[str]:
    """Return what names the user, such as ["73 dossiers", "the history of records"]; empty if nothing does."""
    counts: Counter[type[Model]] = Counter()
    relations: list[Any] = [field for field in User._meta.get_fields(include_hidden=True) if field.one_to_many]
    for relation in relations:
        if relation.on_delete is SET_NULL or relation.related_model in OWN_TEXTS:
            records = relation.related_model._base_manager.filter(**{relation.field.name: user.pk})
            counts[relation.related_model] += records.count()
    known = {model: count for model, count in counts.items() if count and _is_shown(model)}
    descriptions = [format_count(model, count) for model, count in known.items()]
    if sum(counts.values()) > sum(known.values()):
        descriptions.append(_("the history of records and pages"))
    return descriptions


def _is_shown(model: type[Model]) -> bool:
    """Whether the model is known to users by its name, unlike the versions that keep its history."""
    return model._meta.app_label in ("dossiers", "pilot_pages") and not model.__name__.startswith("Historical")


def refuse_deletion(request: HttpRequest, user: User) -> HttpResponseRedirect | None:
    """Return a redirect with the reason if the user can't be deleted."""
    work = describe_work(user)
    if not work:
        return None
    text = _(
        "%(user)s can't be deleted, for this name stands in: %(work)s. Untick “Active” instead: then nobody gets in "
        "with this login, and who did what stays on record. Give the dossiers and actions to a colleague first."
    )
    messages.error(
        request, text % {"user": user.get_full_name() or user.get_username(), "work": get_text_list(work, _("and"))}
    )
    return redirect("wagtailusers_users:edit", user.pk)


def refuse_bulk_deletion(
    request: HttpRequest, action_type: str, objects: list[Any], _action: Any
) -> HttpResponseRedirect | None:
    """Return a redirect with the reason if one of the selected users can't be deleted."""
    if action_type == "delete":
        for user in objects:
            if isinstance(user, User) and (refusal := refuse_deletion(request, user)):
                return refusal
    return None
