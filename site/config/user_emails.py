"""One e-mail address for one account, since users log in with either their name or their address."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from wagtail.admin.forms.account import NameEmailForm
from wagtail.users.forms import UserForm


def refuse_shared_addresses() -> None:
    """Let Wagtail's forms of a user and of the own account check the address; called once, when the site starts."""
    for form_class in (UserForm, NameEmailForm):
        form_class.clean_email = clean_email


def clean_email(form: Any) -> str:
    """Return the address; raises ValidationError if it is new and another account has it, in whatever case."""
    email: str = form.cleaned_data["email"]
    others = get_user_model().objects.exclude(pk=form.instance.pk).filter(email__iexact=email)
    if "email" in form.changed_data and others.exists():
        raise ValidationError(
            gettext(
                "Another account has this e-mail address already. People log in with their address too, so each "
                "account needs its own: enter another address, or change the existing account."
            ),
            code="duplicate_email",
        )
    return email
