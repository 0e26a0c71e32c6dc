"""The answers about words of earlier lists that decided cells of this one."""

from django.utils.translation import gettext, ngettext

from dossiers.models import ImportRun
from dossiers.models.imports.typed_values import ANSWERED_COUNTS
from dossiers.spreadsheets.imports.decisions import TO_REMARKS, Decisions
from dossiers.spreadsheets.resources import SheetField


def describe_remembered_answers(run: ImportRun, fields: dict[str, SheetField]) -> list[str]:
    """Return each word that an answer of an earlier list replaced, with its meaning and the number of its lines."""
    counts = run.asked.get(ANSWERED_COUNTS)
    if not counts:
        return []
    decided, known = run.decided.get("words", {}), Decisions.about(run).words
    sentences = []
    for name in (name for name in fields if name in counts):
        labels = dict(fields[name].widget.options()) | {
            TO_REMARKS: gettext("do not fill in, and add it to the remarks")
        }
        for word, count in sorted(counts[name].items()):
            if word in decided.get(name, {}) or word not in known.get(name, {}):
                continue
            meaning = known[name][word]
            sentence = ngettext(
                "“%(word)s” → %(meaning)s (%(count)d line)", "“%(word)s” → %(meaning)s (%(count)d lines)", count
            )
            shown = labels.get(meaning, meaning) if meaning else gettext("do not fill in")
            sentences.append(sentence % {"word": word, "meaning": shown, "count": count})
    return sentences
