"""Views with which a coordinator opens a partner's list or returns it with a note."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from dossiers import privacy
from dossiers.backoffice.imports.roles import StateChanged, describe_lost_texts
from dossiers.backoffice.imports.row_corrections import MAX_NOTE_LENGTH, PreviewedMixin
from dossiers.models import ImportRun
from dossiers.tasks import read_import, return_list


class ReturnNoteForm(forms.Form):
    """The note to the partner; it may hold no private numbers."""

    word = forms.CharField(
        label=_("Word to the partner"),
        max_length=MAX_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write why it is returned, so that the partner can correct it.")},
    )

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if privacy.check_text(word):
            raise ValidationError(_("Nothing was returned yet: read your word again and return the list."))
        return word


def redirect_from_missing_list(request: HttpRequest, note: str = "") -> HttpResponse:
    """Explain why a list that was sent is gone, and show the note that was typed about it.

    A number of which there never was a list gets the same response, since a coordinator must not learn which lists
    partners did not send yet.
    """
    taken_back = gettext("The partner took this list back. You see it again once the partner sends it.")
    messages.error(request, f"{taken_back} {describe_lost_texts([note])}".strip())
    return redirect("dossiers_imports")


class OpenView(PreviewedMixin, View):
    """Save the note on the page and read a sent list again, now compared with all dossiers."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.get_runs().filter(pk=pk).first()
        if run is None:
            return redirect_from_missing_list(request, request.POST.get("word", ""))
        if run.state != ImportRun.State.SENT:
            note = request.POST.get("word", "").strip()
            raise StateChanged(run, "" if note == run.decided.get("word") else note)  # equal after a double click
        self.save_note(request, run)
        if not run.clean_copy:
            messages.error(
                request, gettext("The lines of this list were destroyed after 30 days. Return it to the partner.")
            )
            return redirect("dossiers_import", pk)
        with transaction.atomic():
            is_open = run.open_for_coordinator()
            if is_open:
                read_import.enqueue(run.pk)
        if not is_open:
            run.refresh_from_db()
            raise StateChanged(run)
        return redirect("dossiers_import", pk)


class SendBackView(PreviewedMixin, View):
    """Save the input on the page and return the list to the partner with a note."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run, form = self.get_runs().filter(by_partner=True, pk=pk).first(), ReturnNoteForm(request.POST)
        if run is None:
            return redirect_from_missing_list(request, request.POST.get("word", ""))
        if not run.can_be_returned:
            raise StateChanged(run, request.POST.get("word", ""))
        if run.state == ImportRun.State.PREVIEWED:
            self.save_input(request, run)
        else:
            self.save_note(request, run)
        if self.has_conflicts:
            return redirect("dossiers_import", pk)
        if not form.is_valid():
            messages.error(request, " ".join(str(text) for text in form.errors["word"]))
            return redirect("dossiers_import", pk)
        if return_list(run, form.cleaned_data["word"]):
            messages.success(request, gettext("Returned to the partner with your word."))
        else:
            run.refresh_from_db()
            raise StateChanged(run, request.POST.get("word", ""))
        return redirect("dossiers_import", pk)
