"""The version of an evaluation that a page showed, by which a later change is noticed before something irrevocable."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.models import Evaluation
from dossiers.reports.documents.letter import get_sections
from dossiers.reports.website import get_evaluation_on_website

Version = dict[str, str]  # part of the evaluation: hash of its contents
TEXT_PREFIX = "text."
WEBSITE = "website"
PARTS: dict[str, str | Promise] = {
    "title": _("the title"),
    "period": _("the period or the reports"),
    "figures": _("the figures"),
    "cases": _("the findings that others read word for word"),
    WEBSITE: _("what the website shows"),
}


class ChangedMeanwhile(Exception):
    """Raised if the evaluation is not the version that the user saw; `parts` has the names of what changed."""

    def __init__(self, parts: list[str]) -> None:
        self.parts = parts
        super().__init__(", ".join(parts))


def get_version(evaluation: Evaluation) -> Version:
    """Return the version of what a letter consists of, and of what the website would show without it."""
    on_website, after = get_evaluation_on_website(), get_evaluation_on_website(without=evaluation)
    scope = (evaluation.begin, evaluation.end, evaluation.sector_id, evaluation.organisation_id)
    contents: dict[str, Any] = {
        "title": [evaluation.title, evaluation.kind],
        "period": [*map(str, scope), evaluation.reports],
        "figures": [evaluation.frozen, evaluation.frozen_in, str(evaluation.first_registered_on)],
        "cases": evaluation.cases,
        WEBSITE: [shown and shown.pk for shown in (on_website, after)],
    }
    texts = (
        evaluation.texts.filter(section__in=get_sections(evaluation)).exclude(text="").values_list("section", "text")
    )
    contents |= {f"{TEXT_PREFIX}{section}": text for section, text in texts}
    return {name: sha256(json.dumps(content).encode()).hexdigest()[:16] for name, content in contents.items()}


def refuse_changes(evaluation: Evaluation, seen: Mapping[str, str]) -> None:
    """Lock the evaluations, and raise ChangedMeanwhile if this one or the website is not the version that was seen."""
    # All of them in one order: the release of another evaluation changes what the website shows.
    list(Evaluation.objects.select_for_update().order_by("pk").values_list("pk"))
    current = Evaluation.objects.get(pk=evaluation.pk)
    now = get_version(current)
    changed = [name for name in now | dict(seen) if now.get(name) != seen.get(name)]
    if changed:
        names = [str(PARTS[part]) for part in changed if part in PARTS]
        with translation.override(settings.LANGUAGE_CODE):
            titles = get_sections(current)
        sections = [titles.get(part.removeprefix(TEXT_PREFIX)) for part in changed if part.startswith(TEXT_PREFIX)]
        # A section that is gone is not named: the reports or the figures changed too.
        names += [gettext("the text “%(section)s”") % {"section": title} for title in sections if title]
        raise ChangedMeanwhile(names)
