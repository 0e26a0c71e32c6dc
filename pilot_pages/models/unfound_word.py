"""Words that visitors searched for without a result, and how often. Nothing tells who searched.

A word can be the name of somebody, and whether it is one must not show: that would tell who has a dossier. So a word
can be read only after several searches; before, it is a keyed hash.
"""

import re
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from dossiers.models.text_fields import CharField
from dossiers.models.validators import refuse_private_numbers
from dossiers.privacy.origins import names_religion_or_people

KEPT_FOR = timedelta(days=90)  # since it was searched last
READ_FROM = 3  # searches
MAX_WORDS = 1_000  # so that a robot can't fill the disk
PLAIN_WORD = re.compile(r"[^\W\d_]{2,}(?:['-][^\W\d_]+)*")


class UnfoundWord(models.Model):
    digest = models.CharField(max_length=64, unique=True, editable=False)
    word = CharField(_("word"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=10)
    count = models.PositiveIntegerField(_("number of searches"), default=1)
    last_on = models.DateField(_("last searched"), default=timezone.localdate)

    class Meta:
        verbose_name = _("word that was not found")
        default_permissions = ()
        ordering = ["-count", "word"]

    def __str__(self) -> str:
        return self.word


def count_unfound_words(query: str, words: list[str], language: str) -> None:
    """Count the words of a search without a result, unless it has a number, an address, a religion or a people."""
    today = timezone.localdate()
    UnfoundWord.objects.filter(last_on__lt=today - KEPT_FOR).delete()
    try:
        refuse_private_numbers(query)
    except ValidationError:
        return
    if "@" in query or names_religion_or_people(query):
        return
    for word in words:
        if not PLAIN_WORD.fullmatch(word) or len(word) > 40:
            continue
        digest = salted_hmac("pilot_pages.unfound_word", f"{language} {word}", algorithm="sha256").hexdigest()
        counted, is_new = UnfoundWord.objects.get_or_create(digest=digest, defaults={"language": language})
        if not is_new:
            same = UnfoundWord.objects.filter(pk=counted.pk)
            same.update(count=F("count") + 1, last_on=today)
            same.filter(count__gte=READ_FROM).update(word=word)
        elif UnfoundWord.objects.count() > MAX_WORDS:
            UnfoundWord.objects.exclude(pk=counted.pk).order_by("count", "last_on")[:1].get().delete()
