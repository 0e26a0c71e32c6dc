"""The download of all data about a person, and the texts about others that mention this person.

Each time that a user opens one of them is written to the access log.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from access_log.models import AccessLogEntry
from dossiers.backoffice.access_log import log_list_access
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.forgetting.dossier import describe_mention, list_similar_dossiers, may_see_mention
from dossiers.backoffice.forgetting.other_names import find_naming_sentences, get_anchor
from dossiers.backoffice.forgetting.person_data import PersonDataTable, collect_person_data
from dossiers.forgetting.mentions import find_mentions
from dossiers.forgetting.personal_data import Person
from dossiers.models import Dossier
from dossiers.spreadsheets.exports.downloads import download

PAGE, FORMATS = "html", ("xlsx", "json")


class PersonFileView(View):
    """Return the data as html, xlsx or json; the last two require the permission to export dossiers in that format."""

    def get(self, request: HttpRequest, pk: int, format: str) -> HttpResponseBase:
        user: Any = request.user
        if format != PAGE and not (format in FORMATS and user.has_perm(f"dossiers.export_{format}_dossier")):
            raise Http404
        dossier = get_object_or_404(Dossier.objects.visible_to(user).not_anonymised(), pk=pk)
        person = Person(dossier)
        mention_count = len(find_mentions(person))
        parts = collect_person_data(person, user, mention_count)
        what = _("all that is kept on this person (%(format)s)") % {"format": format}
        AccessLogEntry.objects.note(user, AccessLogEntry.What.EXPORTED, dossier.reference, detail=what)
        if format != PAGE:
            return download(PersonDataTable(f"{dossier.reference}", parts), format)
        naming_sentences, similar_dossiers = find_naming_sentences(person, parts), list_similar_dossiers(dossier, user)
        log_list_access(
            request,
            _("dossiers that look like %(reference)s") % {"reference": dossier.reference},
            len(similar_dossiers),
        )
        context = {
            "dossier": dossier,
            "sections": [
                (part.title, [(get_anchor(number, row), *line) for row, line in enumerate(part.lines)])
                for number, part in enumerate(parts)
            ],
            "back": get_record_url(dossier),
            "similar": similar_dossiers,
            "naming_sentences": naming_sentences.items(),
            "naming_anchors": {anchor for lines in naming_sentences.values() for _title, anchor in lines},
            "formats": [name for name in FORMATS if user.has_perm(f"dossiers.export_{name}_dossier")],
            "mention_count": mention_count,
            "mentions_url": reverse("dossiers_person_mentions", args=[pk]),
            "today": timezone.localdate(),
        }
        return render(request, "dossiers/forgetting/person_file.html", context)


class PersonMentionsView(View):
    """Show the texts about others that mention the person, for a coordinator: they hold data of others."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        dossier = get_object_or_404(Dossier.objects.visible_to(request.user).not_anonymised(), pk=pk)
        mentions = find_mentions(Person(dossier))
        visible = [mention for mention in mentions if may_see_mention(request.user, mention)]
        what = _("texts about others that mention this person")
        AccessLogEntry.objects.note(request.user, AccessLogEntry.What.READ, dossier.reference, detail=what)
        context = {
            "dossier": dossier,
            "rows": [describe_mention(mention) for mention in visible],
            "hidden_count": len(mentions) - len(visible),
            "back": reverse("dossiers_person_file", args=[pk, PAGE]),
        }
        return render(request, "dossiers/forgetting/person_mentions.html", context)
