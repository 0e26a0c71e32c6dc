"""Finds what names other people in the file with all data of a person, to be read before it is handed over."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from django.contrib.auth import get_user_model
from django.db.models.fields.json import KT
from django.utils.functional import Promise

from admin_pages.users import get_person_name
from dossiers.backoffice.forgetting.person_data import PersonDataSection
from dossiers.backoffice.timeline import is_in_period
from dossiers.forgetting.anonymize import FORGOTTEN
from dossiers.forgetting.mentions import Sentence, cut_sentences
from dossiers.forgetting.personal_data import INSIDE_A_SENTENCE, Person
from dossiers.forgetting.undone_merges import find_merged_periods
from dossiers.models import Dossier, Employer, EmployerInterest, Placement
from dossiers.privacy.dutch_vocabulary import load_common_words
from dossiers.reports.person_names import find_names, find_names_among, fold_name, iterate_written_names
from dossiers.reports.release_checks import EMAILS
from dossiers.reports.text_numbers import REFERENCES
from dossiers.spreadsheets.values.names import split_name
from dossiers.spreadsheets.values.phone_texts import iterate_numbers

IN_A_SENTENCE = re.compile(INSIDE_A_SENTENCE)

Place = tuple[int, int]  # begin and end in a text


def find_naming_sentences(
    person: Person, sections: Sequence[PersonDataSection]
) -> dict[Sentence, list[tuple[str | Promise, str]]]:
    """Return (title of the section, anchor) of each line that has it, by sentence that is about somebody else too.

    It has the name of somebody with another dossier or of an employer's contact, or an e-mail address, a telephone
    number or a reference that is not the person's own. Colleagues, who are named as the authors, and the companies of
    the person's placements are passed over.
    """
    emails, phones = _find_own_addresses(person)
    references = _find_own_references(person)
    hide_known_names = _build_eraser({*_iterate_colleague_texts(), *_iterate_companies(person.dossier), *emails})
    texts = {
        (number, row): hide_known_names("\n".join(line[1:]))
        for number, section in enumerate(sections)
        for row, line in enumerate(section.lines)
    }
    iterate_names = _build_name_finder(person, set(texts.values()))
    lines: dict[Sentence, list[tuple[str | Promise, str]]] = {}
    for (number, row), text in texts.items():
        places = {*iterate_names(text), *_iterate_addresses(text, phones), *_iterate_references(text, references)}
        for sentence in dict.fromkeys(cut_sentences(text, _join_places(sorted(places)))):
            lines.setdefault(sentence, []).append((sections[number].title, get_anchor(number, row)))
    return lines


def get_anchor(section: int, line: int) -> str:
    """Return the id of a line on the page, each counted from 0."""
    return f"line-{section}-{line}"


def _build_name_finder(person: Person, texts: set[str]) -> Callable[[str], Iterator[Place]]:
    """Return a function that yields the place of each name of somebody else in one of the texts."""
    of_dossiers = find_names(texts, Dossier.objects.exclude(pk__in=person.keys))
    of_contacts = find_names_among(texts, _iterate_contact_names())
    own_names = {fold_name(text) for text in person.current_names}
    names = {name: whole for name, whole in (of_contacts | of_dossiers).items() if name not in own_names}
    trade = set(fold_name(person.dossier.profession).split())
    common_words = load_common_words() - of_dossiers.keys()

    def iterate_names(text: str) -> Iterator[Place]:
        for folded, phrase, begin, end in iterate_written_names(text, names):
            if not phrase[0].isupper() and folded in trade:  # as "bakker" is
                continue
            if folded in common_words and not IN_A_SENTENCE.match(text, begin):  # as "Wil" is, which begins many
                continue
            yield begin, end

    return iterate_names


def _iterate_contact_names() -> Iterator[tuple[str, str]]:
    """Yield the given name and the surname of each current and former contact of employers and of sign-ups."""
    sign_ups = EmployerInterest.objects.exclude(contact_given={})
    names = {
        *Employer.objects.order_by().values_list("contact_name", flat=True),
        *Employer.history.order_by().values_list("contact_name", flat=True).distinct(),
        *sign_ups.order_by().values_list(KT("contact_given__contact_name"), flat=True),
    }
    for text in names - {"", None, str(FORGOTTEN)}:
        name = split_name(text)
        yield name.given_name, f"{name.name_prefix} {name.family_name}"


def _iterate_addresses(text: str, own_phones: set[str]) -> Iterator[Place]:
    """Yield the place of each e-mail address, and of each telephone number that is none of these."""
    yield from (match.span() for match in EMAILS.finditer(text))
    yield from ((begin, end) for phone, begin, end in iterate_numbers(text) if phone not in own_phones)


def _iterate_references(text: str, own_references: set[str]) -> Iterator[Place]:
    """Yield the place of each reference of a dossier, an interest or a placement that is none of these."""
    yield from (match.span() for match in REFERENCES.finditer(text) if match[0].upper() not in own_references)


def _join_places(places: Iterable[Place]) -> Iterator[Place]:
    """Yield the places, in order, those that overlap as one: a name in an e-mail address is a part of it."""
    joined: Place | None = None
    for begin, end in places:
        if joined and begin < joined[1]:
            joined = joined[0], max(end, joined[1])
            continue
        if joined:
            yield joined
        joined = begin, end
    if joined:
        yield joined


def _find_own_addresses(person: Person) -> tuple[set[str], set[str]]:
    """Return the current and former e-mail addresses and telephone numbers of the person.

    What the dossier had while another one was merged with it by mistake may be of that one.
    """
    periods = [period for reference in person.references for period in find_merged_periods(reference)]
    steps = person.steps("dossiers.Dossier").values("history_date", "email", "phone")
    values = [values for values in steps if not is_in_period(values["history_date"], periods)]
    values += [*person.iterate_current_values(), *person.own_rows.values_list("given", flat=True)]
    emails, phones = ({str(each.get(name) or "") for each in values} - {""} for name in ("email", "phone"))
    return emails, phones


def _find_own_references(person: Person) -> set[str]:
    """Return the references of the person's dossiers and placements, and of the interests of these placements."""
    placements = Placement.history.filter(id__in=person.get_own_keys(Placement._meta.label))
    interests = EmployerInterest.history.filter(id__in=placements.values("interest_id"))
    references = (records.values_list("reference", flat=True) for records in (placements, interests))
    return person.references.union(*references)


def _iterate_colleague_texts() -> Iterator[str]:
    """Yield the full name and the e-mail address of each user; a name of one word may be somebody else's too."""
    for user in get_user_model().objects.all():
        yield from (text for text in (get_person_name(user), user.email) if " " in text or "@" in text)


def _iterate_companies(dossier: Dossier) -> Iterator[str]:
    """Yield the names of several words of the companies to which the person was proposed: a contact may be in them."""
    for placement in dossier.placements.select_related("interest__employer"):
        if " " in placement.interest.company_name:
            yield placement.interest.company_name


def _build_eraser(texts: set[str]) -> Callable[[str], str]:
    """Return a function that replaces these in a text with spaces, so that all else keeps its place."""
    if not texts:
        return str
    longest_first = sorted(texts, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w.+-])(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    return lambda text: pattern.sub(lambda match: " " * len(match[0]), text)
