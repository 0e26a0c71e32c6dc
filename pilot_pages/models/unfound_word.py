"""Words that visitors searched for without a result: only the words, and how often. Nothing tells who searched."""

import re
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.models import Dossier, Employer
from dossiers.models.text_fields import CharField
from dossiers.models.validators import refuse_private_numbers
from dossiers.privacy.origins import names_religion_or_people

KEPT_FOR = timedelta(days=90)  # since it was searched last
MAX_WORDS = 1_000  # so that a robot can't fill the table
PLAIN_WORD = re.compile(r"[^\W\d_]{2,}(?:['-][^\W\d_]+)*")


class UnfoundWord(models.Model):
    word = CharField(_("word"), max_length=40)
    language = models.CharField(_("language"), max_length=10)
    count = models.PositiveIntegerField(_("number of searches"), default=1)
    last_on = models.DateField(_("last searched"), default=timezone.localdate)

    class Meta:
        verbose_name = _("word that was not found")
        default_permissions = ()
        ordering = ["-count", "word"]
        constraints = [models.UniqueConstraint(fields=["word", "language"], name="unfound_word_once")]

    def __str__(self) -> str:
        return self.word


def count_unfound_words(query: str, words: list[str], language: str) -> None:
    """Count the words of a search without a result, unless the query may be about a person.

    A number, an address or a name that is in our records is about a person, and so are a religion and a people.
    """
    today = timezone.localdate()
    UnfoundWord.objects.filter(last_on__lt=today - KEPT_FOR).delete()
    try:
        refuse_private_numbers(query)
    except ValidationError:
        return
    if "@" in query or names_religion_or_people(query) or _names_somebody(words):
        return
    for word in words:
        if not PLAIN_WORD.fullmatch(word) or len(word) > 40:
            continue
        known = UnfoundWord.objects.filter(word=word, language=language)
        is_counted = known.update(count=F("count") + 1, last_on=today)
        if not is_counted and UnfoundWord.objects.count() < MAX_WORDS:
            UnfoundWord.objects.get_or_create(word=word, language=language)


def _names_somebody(words: list[str]) -> bool:
    of_candidate, of_employer = Q(), Q()
    for word in words:
        of_candidate |= Q(given_name__icontains=word) | Q(family_name__icontains=word)
        of_employer |= Q(contact_name__icontains=word)
    return bool(words) and (
        Dossier.objects.filter(of_candidate).exists() or Employer.objects.filter(of_employer).exists()
    )
