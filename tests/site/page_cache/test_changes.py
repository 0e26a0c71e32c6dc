"""A change is visible a second later in every process; a save without changes keeps the cache."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Locale, Site

from dossiers.backoffice.deletion import DeleteListRows
from dossiers.models import Evaluation, Organisation, Regulation, Sector
from page_cache.version import SHARED, read_current_version
from pilot_pages.models import GuidancePage, HomePage, PilotSettings, QuestionsPage
from tests.dossiers.models.factories import make_dossier
from tests.site.page_cache.conftest import Server


def publish(page):
    page.intro = "Dit is er net bij gekomen."
    page.save_revision().publish()


def get_root_collection():
    """Restore the root collection, which an earlier test with a live server may have removed."""
    return Collection.get_first_root_node() or Collection.add_root(name="Root")


def make_image():
    get_root_collection()
    return get_image_model().objects.create(title="Een afbeelding", file=get_test_image_file())


def make_document():
    get_root_collection()
    return get_document_model().objects.create(title="Een document", file=ContentFile(b"x", "document.txt"))


CHANGES = {
    "a page is published": lambda: publish(GuidancePage.objects.live().first()),
    "a page is unpublished": lambda: GuidancePage.objects.live().first().unpublish(),
    "a page is moved": lambda: QuestionsPage.objects.live().first().move(HomePage.objects.first(), "first-child"),
    "a page is deleted": lambda: QuestionsPage.objects.live().first().delete(),
    "a page gets a password": lambda: GuidancePage.objects.live().first().view_restrictions.create(password="x"),
    "a page is copied for translation": lambda: HomePage.objects.first().copy_for_translation(
        Locale.objects.get(language_code="en")
    ),
    "the site's settings": lambda: PilotSettings.for_default_site().save(),
    "a site": lambda: Site.objects.get().save(),
    "a language": lambda: Locale.objects.get(language_code="en").save(),
    "an image": make_image,
    "an image is deleted": lambda: make_image().delete(),
    "a document": make_document,
    "a sector": lambda: Sector.objects.first().save(),
    "an organisation": lambda: Organisation.objects.first().save(),
    "a rule": lambda: Regulation.objects.first().save(),
    "a rule is deleted": lambda: Regulation.objects.first().delete(),
    "ticked rules are deleted": lambda: DeleteListRows.execute_action([Regulation.objects.first()]),
    "an evaluation": lambda: Evaluation.objects.create(title="Een evaluatie", reports=["findings"]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_creates_a_new_version(name, content, run_on_commit):
    before = read_current_version()
    with run_on_commit():
        CHANGES[name]()
    assert read_current_version().name != before.name


def test_changes_of_records_create_no_new_version(content, run_on_commit):
    before = read_current_version()
    with run_on_commit():
        make_dossier().delete()
    assert read_current_version() == before


def test_a_change_that_is_rolled_back_creates_no_new_version(content, run_on_commit):
    before = read_current_version()
    publish(GuidancePage.objects.live().first())  # its transaction never ends
    assert read_current_version() == before


def test_each_process_shows_a_change_after_it_reads_the_version_again(server, run_on_commit):
    page = GuidancePage.objects.live().first()
    both = server, Server()
    for process in both:
        process.get(page.url)
    with run_on_commit():
        publish(page)
    for process in both:
        assert page.intro not in process.get(page.url).text  # within the second: as it was
        process.expire_cached_version()
        assert page.intro in process.get(page.url).text


def test_a_page_rendered_before_a_change_is_not_cached_for_the_new_version(server, run_on_commit):
    page = GuidancePage.objects.live().first()
    before = server.handler.cached_version.current()
    old = server.handler.pages
    server.get(page.url)
    cached_page = old.get(before, ("testserver", False, page.url))
    assert cached_page
    with run_on_commit():
        publish(page)
    server.expire_cached_version()
    server.get(page.url)
    old.set(before, ("testserver", False, page.url), cached_page)  # by a thread that was slow
    assert page.intro in server.get(page.url).text


def test_the_etag_of_a_page_changes_with_its_content(server, run_on_commit):
    page = GuidancePage.objects.live().first()
    etag = server.get(page.url).headers["ETag"]
    with run_on_commit():
        publish(page)
    server.expire_cached_version()
    assert server.get(page.url, HTTP_IF_NONE_MATCH=etag).status == 200


def test_cached_pages_are_not_used_on_the_next_day(server):
    server.get("/")
    version = server.handler.cached_version.current()
    tomorrow = replace(version, day=version.day + timedelta(days=1))
    key = ("testserver", False, "/")
    assert server.handler.pages.get(version, key) is not None
    assert server.handler.pages.get(tomorrow, key) is None


def test_a_version_is_never_older_than_the_current_day(content):
    cache.set(SHARED, "1000000000-long-ago")
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    assert read_current_version().since == int(midnight.timestamp())


def test_a_version_that_was_lost_from_the_cache_is_replaced_by_a_new_one(content):
    before = read_current_version()
    cache.delete(SHARED)
    after = read_current_version()
    assert after.name != before.name
    assert read_current_version() == after
