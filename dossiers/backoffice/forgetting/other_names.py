"""Finds what names other people in the file with all data of a person, to be read before it is handed over."""

from collections.abc import Iterator, Sequence

from django.contrib.auth import get_user_model
from django.utils.functional import Promise

from admin_pages.users import get_person_name
from dossiers.backoffice.forgetting.person_data import PersonDataSection
from dossiers.forgetting.mentions import Sentence, cut_sentences
from dossiers.forgetting.personal_data import Person
from dossiers.models import Dossier
from dossiers.reports.person_names import find_names, fold_name, iterate_written_names


def find_naming_sentences(
    person: Person, sections: Sequence[PersonDataSection]
) -> dict[Sentence, list[tuple[str | Promise, str]]]:
    """Return (title of the section, anchor) of each line that has it, by sentence with somebody else's name.

    Somebody else is who has another dossier.

    The names of the person and of colleagues, who are named as the authors, are passed over.
    """
    colleagues = [name for user in get_user_model().objects.all() if " " in (name := get_person_name(user))]
    texts = {
        (number, row): _blank_out("\n".join(line[1:]), colleagues)
        for number, section in enumerate(sections)
        for row, line in enumerate(section.lines)
    }
    own_names = {fold_name(text) for text in person.current_names}
    trade = set(fold_name(person.dossier.profession).split())
    others = Dossier.objects.exclude(pk__in=person.keys)
    names = {name: whole for name, whole in find_names(set(texts.values()), others).items() if name not in own_names}
    lines: dict[Sentence, list[tuple[str | Promise, str]]] = {}
    for (number, row), text in texts.items():
        for sentence in dict.fromkeys(cut_sentences(text, _iterate_places(text, names, trade))):
            lines.setdefault(sentence, []).append((sections[number].title, get_anchor(number, row)))
    return lines


def get_anchor(section: int, line: int) -> str:
    """Return the id of a line on the page, each counted from 0."""
    return f"line-{section}-{line}"


def _iterate_places(text: str, names: dict[str, bool], trade: set[str]) -> Iterator[tuple[int, int]]:
    """Yield (begin, end) of each name; a word of the person's own trade, as "bakker" is, counts with a capital only."""
    for folded, phrase, begin, end in iterate_written_names(text, names):
        if phrase[0].isupper() or folded not in trade:
            yield begin, end


def _blank_out(text: str, names: list[str]) -> str:
    for name in names:
        text = text.replace(name, " " * len(name))
    return text
