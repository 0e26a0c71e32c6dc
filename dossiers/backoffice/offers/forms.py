"""The form of an employer who offers work: the employer, if it is a new one, the work, and what is done next."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from dossiers.backoffice.activity.next_action import NextActionForm
from dossiers.backoffice.employers import EmployerForm, InterestForm
from dossiers.backoffice.multi_form import MultiForm
from dossiers.filters import get_coordinators
from dossiers.models import Employer, EmployerInterest, FollowUp, InterestStatus

EMPLOYER = "employer"  # form parameter: the key of an employer that is there already


class OfferEmployerForm(EmployerForm):
    """A new employer; a likely duplicate is refused until the user confirms that it is another company."""

    prefix = "employer"
    is_similar = _("This employer seems to exist already. Choose it, or say that it is another one.")

    class Meta:
        model = Employer
        fields = ("company_name", "phone", "kvk_number", "contact_name", "email", "city")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["company_name"].widget.attrs["autofocus"] = True


class OfferInterestForm(InterestForm):
    """The work that is offered, with what one hears in a call; the form of the interest has all fields."""

    prefix = "interest"

    class Meta:
        model = EmployerInterest
        fields = ("work_description", "positions", "hours_per_week", "start_date", "dutch_level_required", "notes")
        labels = {"work_description": _("Which work"), "notes": _("What else was said")}
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["work_description"].widget.attrs["autofocus"] = True  # the company's name comes before it
        self.fields["work_description"].required = True
        self.fields["work_description"].error_messages["required"] = _("Write down which work it is.")
        for key in self.own:
            del self.fields[key]


class OfferForm(MultiForm):
    """A new interest of an employer that was chosen, or else of a new one."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        key = str((self.data or self.initial).get(EMPLOYER) or "")
        employers = Employer.objects.visible_to(user)
        self.chosen: Employer | None = employers.filter(pk=key).first() if key.isdecimal() else None
        self.employer_form = OfferEmployerForm(*args, for_user=user)
        interest = EmployerInterest(
            status=InterestStatus.CONTACTED, owner=get_coordinators().filter(pk=user.pk).first()
        )
        self.parts = {} if self.chosen else {"employer": self.employer_form}
        self.parts["interest"] = OfferInterestForm(*args, instance=interest, for_user=user)
        if user.has_perm("dossiers.add_followup"):
            self.parts["followup"] = NextActionForm(*args, instance=FollowUp(owner=user), for_user=user)

    @property
    def similar(self) -> list[Employer]:
        """The employers that may be the one that was typed."""
        return [] if self.chosen else self.employer_form.similar

    def save(self) -> tuple[EmployerInterest, list[Model]]:
        """Save and log what is new; return the interest and all new records."""
        employer = self.chosen or self.parts["employer"].save()
        records: list[Model] = [] if self.chosen else [employer]
        self.parts["interest"].instance.employer = employer
        interest = self.parts["interest"].save()
        records.append(interest)
        action = self.parts.get("followup")
        if action and action.has_changed():
            action.instance.interest = interest
            records.append(action.save())
        for record in records:
            log(instance=record, action="wagtail.create", user=self.user, content_changed=True)
        return interest, records
