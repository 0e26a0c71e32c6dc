"""The way to a candidate's own page: a key on paper, that is kept only as a hash, and the date of birth."""

import hashlib
import secrets
from datetime import date, datetime, time, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossiers.dossier import Dossier

LASTS = timedelta(days=14)
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another one on paper
MOST_WRONG = 10  # dates in a row: many people have the first of January, so years alone could be guessed
GROUPS, IN_A_GROUP = 4, 4  # 16 letters of 31: 79 bits


def make_key() -> str:
    """As it stands on paper: "k7pm-x2qf-9d3h-t8wc"."""
    groups = ("".join(secrets.choice(LETTERS) for _letter in range(IN_A_GROUP)) for _group in range(GROUPS))
    return "-".join(groups)


def hashed(key: str) -> str:
    """What is kept of a key: it is as random as a hash, so that none has to be slow or salted."""
    return hashlib.sha256(key.strip().lower().encode()).hexdigest()


class CandidateLinkQuerySet(models.QuerySet["CandidateLink"]):
    def open(self) -> Self:
        """Those that lead somewhere: not over, not revoked, not tried wrong too often."""
        return self.filter(
            revoked_at=None, ends_at__gt=timezone.now(), dossier__anonymised_at=None, wrong_dates__lt=MOST_WRONG
        )

    def opened_by(self, key: str, born: date) -> "CandidateLink | None":
        """The one of that key and somebody's date of birth; None whatever is wrong.

        Counted before it is looked at, so that many at the same time do not get more tries.
        """
        if not self.open().filter(key_hash=hashed(key)).update(wrong_dates=models.F("wrong_dates") + 1):
            return None
        links = self.filter(key_hash=hashed(key), dossier__date_of_birth=born)
        links.update(wrong_dates=0)
        return links.select_related("dossier").first()


class CandidateLink(models.Model):
    """One letter that a coordinator gave. Who gets a new one can't use the old one any more."""

    wagtail_reference_index_ignore = True  # no page refers to it

    dossier = models.ForeignKey(
        Dossier, verbose_name=_("dossier"), on_delete=models.CASCADE, related_name="candidate_links"
    )
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    ends_at = models.DateTimeField(_("ends"), editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    wrong_dates = models.PositiveSmallIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField(_("opened last"), null=True, editable=False)

    objects = CandidateLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link for a candidate")
        verbose_name_plural = _("links for candidates")
        default_permissions = ()  # who may change the dossier
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return str(self.dossier)

    @classmethod
    def make(cls, dossier: Dossier, user: User) -> tuple["CandidateLink", str]:
        """A new one, with its key, which nobody can read back later; the former one ends."""
        key, now = make_key(), timezone.now()
        midnight = datetime.combine(
            timezone.localdate(now) + LASTS + timedelta(days=1), time.min
        )  # the last day counts
        with transaction.atomic():
            Dossier.objects.get_locked(dossier.pk)
            cls.revoke_of(dossier)
            made = cls.objects.create(
                dossier=dossier, key_hash=hashed(key), made_by=user, made_at=now, ends_at=timezone.make_aware(midnight)
            )
        return made, key

    @classmethod
    def revoke_of(cls, dossier: Dossier) -> int:
        """End all that lead to this dossier."""
        return cls.objects.filter(dossier=dossier, revoked_at=None).update(revoked_at=timezone.now())

    @property
    def last_day(self) -> date:
        return timezone.localdate(self.ends_at - timedelta(seconds=1))

    def was_opened(self) -> None:
        type(self).objects.filter(pk=self.pk).update(opened_at=timezone.now())
