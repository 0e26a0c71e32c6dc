"""Links to a candidate's own page: a key on paper, of which only the hash is stored, and the date of birth."""

import hashlib
import re
import secrets
from datetime import date, datetime, time, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossiers.dossier import Dossier
from web_api.throttle import NOW, Limit

LIFETIME = timedelta(days=14)
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # without letters and digits that look alike
MAX_WRONG_DATES = (
    10  # successive attempts: many people were born on 1 January, so only the year would have to be guessed
)
ATTEMPTS_PER_KEY = Limit("candidate-key", 5, timedelta(minutes=15))  # wrong dates, as wrong passwords at the login
GROUPS, GROUP_SIZE = 4, 4  # 16 letters of 31: 79 bits


def make_key() -> str:
    """Return a random key as printed on paper: "k7pm-x2qf-9d3h-t8wc"."""
    groups = ("".join(secrets.choice(LETTERS) for _letter in range(GROUP_SIZE)) for _group in range(GROUPS))
    return "-".join(groups)


KEY = re.compile("-".join([f"[{LETTERS}]{{{GROUP_SIZE}}}"] * GROUPS))


def is_key(typed: str) -> bool:
    """Whether the text has the form of a key; another one was mistyped."""
    return bool(KEY.fullmatch(typed.strip().lower()))


def hash_key(key: str) -> str:
    """Return the hash of a key; a random key needs no salt or slow hash."""
    return hashlib.sha256(key.strip().lower().encode()).hexdigest()


def round_up_to_minute(wait: timedelta) -> datetime:
    """Return the local time after this wait, rounded up to a whole minute."""
    end = timezone.localtime(timezone.now() + wait)
    return end.replace(second=0, microsecond=0) + timedelta(minutes=1)


class CandidateLinkQuerySet(models.QuerySet["CandidateLink"]):
    def open(self) -> Self:
        """Return the usable links: not expired, not revoked, and without too many wrong dates of birth."""
        return self.filter(
            revoked_at=None, ends_at__gt=timezone.now(), dossier__anonymised_at=None, wrong_dates__lt=MAX_WRONG_DATES
        )

    def opened_by(self, key: str, born: date) -> "CandidateLink | None":
        """Return the link with that key and date of birth, also one that has ended, or None.

        The attempt is counted before it is checked, so that simultaneous requests don't get extra attempts.
        """
        links = self.filter(key_hash=hash_key(key), wrong_dates__lt=MAX_WRONG_DATES)
        if not links.update(wrong_dates=models.F("wrong_dates") + 1):
            return None
        links = self.filter(key_hash=hash_key(key), dossier__date_of_birth=born)
        links.update(wrong_dates=0)
        return links.select_related("dossier").first()


class CandidateLink(models.Model):
    """A link that a coordinator gave to a candidate on paper; a new link revokes the old one."""

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
        default_permissions = ()  # the right to change the dossier is enough
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return str(self.dossier)

    @classmethod
    def make(cls, dossier: Dossier, user: User) -> tuple["CandidateLink", str]:
        """Create a link, revoke the former one, and return the link and its key, which is not stored."""
        key, now = make_key(), timezone.now()
        midnight = datetime.combine(
            timezone.localdate(now) + LIFETIME + timedelta(days=1), time.min
        )  # the last day counts
        with transaction.atomic():
            Dossier.objects.get_locked(dossier.pk)
            cls.revoke_of(dossier)
            made = cls.objects.create(
                dossier=dossier,
                key_hash=hash_key(key),
                made_by=user,
                made_at=now,
                ends_at=timezone.make_aware(midnight),
            )
        return made, key

    @classmethod
    def revoke_of(cls, dossier: Dossier) -> int:
        """Revoke all links of this dossier, and return their number."""
        return cls.objects.filter(dossier=dossier, revoked_at=None).update(revoked_at=timezone.now())

    @property
    def last_day(self) -> date:
        return timezone.localdate(self.ends_at - timedelta(seconds=1))

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.ends_at > timezone.now()

    @property
    def locked_until(self) -> datetime | None:
        """When a date of birth can be tried again after too many wrong ones, or None if it can be tried now."""
        wait = ATTEMPTS_PER_KEY.wait(self.key_hash)
        return round_up_to_minute(wait) if wait > NOW else None

    def was_opened(self) -> None:
        type(self).objects.filter(pk=self.pk).update(opened_at=timezone.now())
