"""The forms of a user, with the organisations beside the roles."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm
from wagtail.users.forms import UserEditForm as WagtailUserEditForm

from admin_pages.users import get_person_name
from dossiers.backoffice.users.invitations import describe_status, make_username
from dossiers.models import Organisation
from dossiers.models.rights import PARTNERS


class OrganisationsMixin(forms.ModelForm):
    """Adds the organisations of which a user is a staff member."""

    organisations = forms.ModelMultipleChoiceField(
        queryset=Organisation.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Organisations"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groups"].label = _("Roles")
        self.fields["groups"].help_text = ""
        self.fields["organisations"].help_text = gettext(
            "Only for the role %(role)s, who see what their organisation supplied."
        ) % {"role": PARTNERS}
        if self.instance.pk:
            self.initial["organisations"] = list(Organisation.objects.of(self.instance))

    def _save_m2m(self) -> None:
        super()._save_m2m()  # type: ignore[misc]
        self.instance.organisations.set(self.cleaned_data["organisations"])


class UserEditForm(OrganisationsMixin, WagtailUserEditForm):
    field_order = (
        "username", "email", "first_name", "last_name", "groups", "organisations", "is_superuser", "is_active",
        "password1", "password2",
    )  # fmt: skip

    class Meta(WagtailUserEditForm.Meta):
        pass


class InvitationForm(OrganisationsMixin, UserCreationForm):
    """Creates a user without a password, whose name is made from the e-mail address."""

    password_enabled = False
    field_order = ("first_name", "last_name", "email", "groups", "organisations", "is_superuser")
    existing_user: User | None = None
    """The user who has the e-mail address already."""

    def __init__(self, *args: Any, may_invite_administrators: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["username"]
        if not may_invite_administrators:
            del self.fields["is_superuser"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        self.existing_user = User.objects.filter(email__iexact=email).first()
        if self.existing_user:
            text = gettext("This is the address of %(user)s, who is already a user: %(status)s.")
            names = {"user": get_person_name(self.existing_user), "status": describe_status(self.existing_user)}
            raise ValidationError(text, params=names, code="duplicate_email")
        return email

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        groups, organisations = cleaned.get("groups"), cleaned.get("organisations")
        if groups is None or organisations is None:
            return cleaned
        is_partner = any(group.name == PARTNERS for group in groups)
        if not groups and not cleaned.get("is_superuser"):
            self.add_error("groups", gettext("Choose a role: without one, nobody gets into the backoffice."))
        if is_partner and not organisations:
            self.add_error("organisations", gettext("Choose the organisation for which this colleague works."))
        if organisations and not is_partner:
            text = gettext("An organisation goes with the role %(role)s. Choose that role too, or no organisation.")
            self.add_error("organisations", text % {"role": PARTNERS})
        return cleaned

    def save(self, commit: bool = True) -> User:
        self.instance.username = make_username(self.cleaned_data["email"])
        self.instance.set_unusable_password()
        user: User = super().save(commit)
        return user

    class Meta(UserCreationForm.Meta):
        pass
