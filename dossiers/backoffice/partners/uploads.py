"""The upload of a partner's list, which is compared with what the partner supplied before."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from dossiers.backoffice.imports.uploads import UploadForm, UploadView
from dossiers.backoffice.partners.permissions import PARTNER
from dossiers.models import ImportRun, Organisation
from dossiers.spreadsheets.imports.decisions import ABOUT_CELLS


def build_organisation_field(organisations: list[Organisation]) -> forms.ModelChoiceField:
    """Return the field that asks a user of several organisations for which one the list is."""
    own = Organisation.objects.filter(pk__in=[organisation.pk for organisation in organisations])
    return forms.ModelChoiceField(
        queryset=own, label=_("For which organisation?"), empty_label=_("Choose an organisation")
    )


class OwnUploadForm(UploadForm):
    """The upload form without the import policy, which the coordinator chooses."""

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = organisations
        del self.fields["policy"]
        if len(organisations) > 1:
            self.fields["organisation"] = build_organisation_field(organisations)
        else:
            del self.fields["organisation"]

    def clean(self) -> dict[str, Any]:
        return {"organisation": self.organisations[0]} | self.cleaned_data


class OwnUploadView(UploadView):
    """Upload a list, which may replace one that was returned."""

    role = PARTNER
    form_class = OwnUploadForm
    page_title = _("Upload a list")

    def get_page_subtitle(self) -> str:
        return ""  # partners have lists of dossiers only

    def get_form_kwargs(self) -> dict[str, Any]:
        organisations = list(Organisation.objects.of(self.request.user))
        return super().get_form_kwargs() | {"organisations": organisations}

    @cached_property
    def continued_run(self) -> ImportRun | None:
        """Return the returned list that this upload replaces, or None."""
        number = self.request.GET.get("continues", "")
        returned = self.get_runs().filter(state=ImportRun.State.RETURNED)
        return returned.filter(pk=number).first() if number.isdigit() else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"continued": self.continued_run}

    def create_run(self, data: dict[str, Any], **fields: Any) -> ImportRun:
        before = self.continued_run
        if before and before.organisation != data["organisation"]:
            before = None
        decided = before.decided | {"fixed": before.fixed_for_partner} if before else {}
        return super().create_run(
            data,
            continues=before,
            first_sent_at=before.first_sent_at if before else None,
            decided={name: decision for name, decision in decided.items() if name in ABOUT_CELLS},
            by_partner=True,
            with_partner=True,
            **fields,
        )
