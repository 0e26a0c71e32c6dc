"""Levels of Dutch and of education, lowest first."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DutchLevel(models.TextChoices):
    """Levels of the Common European Framework of Reference, and A0 for no Dutch at all."""

    A0 = "A0", "A0"
    A1 = "A1", "A1"
    A2 = "A2", "A2"
    B1 = "B1", "B1"
    B2 = "B2", "B2"
    C1 = "C1", "C1"
    C2 = "C2", "C2"


class EducationLevel(models.TextChoices):
    NONE = "none", _("none")
    PRIMARY = "primary", _("primary school")
    LOWER_SECONDARY = "lower_secondary", _("lower secondary (vmbo)")
    UPPER_SECONDARY = "upper_secondary", _("upper secondary (havo/vwo)")
    VOCATIONAL = "vocational", _("vocational (mbo)")
    BACHELOR = "bachelor", _("bachelor (hbo)")
    MASTER = "master", _("master (wo)")
