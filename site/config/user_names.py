"""One user name for one account in whatever case, since users may type the name of their account in any case."""

from typing import Any

from allauth.account.internal.userkit import unicode_ci_compare
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from wagtail.users.forms import UserForm


def refuse_similar_names() -> None:
    """Let Wagtail's forms of a user check the name; called once, when the site starts."""
    UserForm.clean_username = clean_username


def clean_username(form: Any) -> str:
    """Return the name; raises ValidationError if it is new and another account has it, in whatever case."""
    name: str = form.cleaned_data["username"]
    if "username" in form.changed_data:
        validate_name_is_free(name, User.objects.exclude(pk=form.instance.pk))
    return name


def validate_name_is_free(name: str, others: QuerySet[User]) -> None:
    """Raise ValidationError if one of the others has the name, in whatever case or Unicode form.

    The names are compared here, because SQLite knows the case of unaccented letters only.
    """
    other_names = others.values_list("username", flat=True)
    similar_name = next((other_name for other_name in other_names if unicode_ci_compare(other_name, name)), None)
    if similar_name is not None:
        raise ValidationError(
            gettext(
                "The user name “%(name)s” exists already. Capitals make no difference when people log in: choose "
                "another name."
            ),
            params={"name": similar_name},
            code="duplicate_username",
        )
