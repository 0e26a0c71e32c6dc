"""Editors set the phase of the pilot, and see when it contradicts the dates of the pilot."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from dossiers.models import Pilot
from pilot_pages.models import PilotSettings, SignUpPage
from pilot_pages.site_settings import Phase
from tests.compact_html import compact_html
from tests.pilot_pages.phases import set_phase


def test_editors_change_the_phase_and_its_texts(admin_client: Client, content: SignUpPage) -> None:
    site = Site.objects.get()
    url = reverse("wagtailsettings:edit", args=["pilot_pages", "pilotsettings", site.pk])
    form = admin_client.get(url).context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}
    admin_client.post(url, fields | {"phase": "over", "over_notice": "De pilot eindigde op 20 november."})
    assert "De pilot eindigde op 20 november." in admin_client.get("/").content.decode()
    refused = admin_client.post(url, fields | {"phase": "over", "over_notice_en": ""})
    assert "over_notice_en" in refused.context["form"].errors


@pytest.mark.parametrize(
    ("starts_days_ago", "phase", "text"),
    [
        (200, Phase.RUNNING, "Volgens Budget en planning eindigde de pilot op "),
        (200, Phase.NOT_BEGUN, "Volgens Budget en planning begon de pilot op "),
        (0, Phase.NOT_BEGUN, "Volgens Budget en planning begon de pilot op "),
        (200, Phase.OVER, ""),
        (139, Phase.RUNNING, ""),  # the last day
        (-1, Phase.NOT_BEGUN, ""),
        (None, Phase.NOT_BEGUN, ""),
    ],
)
def test_the_first_screen_of_editors_names_a_phase_that_contradicts_the_dates(
    admin_client: Client, content: SignUpPage, starts_days_ago: int | None, phase: Phase, text: str
) -> None:
    pilot = Pilot.load()
    today = timezone.localdate()
    pilot.starts_on = None if starts_days_ago is None else today - timedelta(days=starts_days_ago)
    pilot.save()
    set_phase(phase)
    html = compact_html(admin_client.get(reverse("wagtailadmin_home")))
    url = reverse("wagtailsettings:edit", args=["pilot_pages", "pilotsettings", Site.objects.get().pk])
    links = [unescape(label) for label in re.findall(rf'<a href="{url}#id_phase">([^<]*)</a>', html)]
    assert bool(text) == bool(links)
    assert all(label.startswith(text) for label in links)
    assert PilotSettings.for_default_site().phase == phase, "nothing switches by itself"
