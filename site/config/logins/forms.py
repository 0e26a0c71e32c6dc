"""The forms of allauth with labels and messages of this project, because its Dutch catalog is incomplete."""

from typing import Any, cast

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.logins import failures
from dossiers.emails.passwords import UnknownAccountEmail
from dossiers.site_identity import get_site_identity

PASSWORD = _("Password")
MAX_LENGTHS = {"login": 254, "password": 4096}  # SQLite can't compare texts of a megabyte
CODE = _("Code")


class LabelledFormMixin:
    """Gives each field a label instead of a placeholder, and puts the cursor in the first field."""

    labels: dict[str, Any] = {}
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, (name, field) in enumerate(self.fields.items()):
            field.label = self.labels[name]
            field.widget.attrs.pop("placeholder", None)
            if name != "password1":  # which says what a good password is
                field.help_text = ""
            if place == 0:
                field.widget.attrs["autofocus"] = True


class LoginForm(LabelledFormMixin, account.LoginForm):
    labels = {"login": _("User name or e-mail address"), "password": PASSWORD}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, max_length in MAX_LENGTHS.items():
            field = self.fields[name]
            field.max_length = max_length
            field.validators = [*field.validators, MaxLengthValidator(max_length)]
            field.widget.attrs["maxlength"] = str(max_length)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}


class PasswordAgainForm(LabelledFormMixin, account.ReauthenticateForm):
    labels = {"password": PASSWORD}


class PasswordsMatchMixin:
    """Replaces the error message for two new passwords that differ."""

    labels = {
        "oldpassword": _("Your password now"),
        "password1": _("New password"),
        "password2": _("New password, again"),
    }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()  # type: ignore[misc]
        form = cast(Form, self)
        if form.has_error("password2") and form.data.get("password2"):
            form.errors["password2"] = form.error_class([gettext("These two passwords are not the same.")])
        return cleaned


class ChangePasswordForm(PasswordsMatchMixin, LabelledFormMixin, account.ChangePasswordForm):
    pass


class NewPasswordForm(PasswordsMatchMixin, LabelledFormMixin, account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].user = self.user


class LinkForm(account.UserTokenForm):
    """Refuses the link of a deactivated user, which allauth accepts."""

    def _get_user(self, uidb36: str) -> Any:
        user = super()._get_user(uidb36)
        return user if user and user.is_active else None


class ForgottenForm(LabelledFormMixin, account.ResetPasswordForm):
    labels = {"email": _("Your e-mail address")}
    users: list[Any]

    def clean_email(self) -> str:
        """Leave out users who have no password yet, as Django does: only an administrator renews an invitation."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if user.has_usable_password()]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send an e-mail to an unknown address too; otherwise the response time would reveal which addresses exist."""
        email: str = self.cleaned_data["email"]
        if self.users:
            return str(super().save(request, **kwargs))
        UnknownAccountEmail(email, {"site": get_site_identity().name}).send()
        return email


class CodeFormMixin(LabelledFormMixin):
    """A form with one field for a code of the app or a recovery code; wrong codes are logged."""

    labels = {"code": CODE}
    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError as error:
            locked = error.code in ("too_many_login_attempts", "rate_limited")
            failures.log_refusal(
                "Locked out of the second factor" if locked else "Wrong code", self.user.get_username()
            )
            raise
        return code


class CodeForm(CodeFormMixin, mfa.AuthenticateForm):
    pass


class CodeAgainForm(CodeFormMixin, mfa.ReauthenticateForm):
    pass


class FirstCodeForm(CodeFormMixin, ActivateTOTPForm):
    pass
