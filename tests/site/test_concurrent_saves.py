"""Wagtail's forms have the same result whether they are sent at the same moment or one after the other."""

from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from taggit.models import Tag
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page, Site

from pilot_pages.content.loader import load_content
from tests.concurrency import run_interleaved
from tests.conftest import LoggedIn
from tests.dossiers.backoffice.pages import text

pytestmark = pytest.mark.django_db(transaction=True)
PERSON = {"email": "kees@example.org", "first_name": "Kees", "last_name": "Voorbeeld", "is_superuser": "on"}
NO_PERMISSIONS = {
    f"{prefix}-{name}_FORMS": "0"
    for prefix in ("page_permissions", "collection_permissions", "site_permissions", "document_permissions",
                   "image_permissions", "collection_mgmt_permissions")
    for name in ("TOTAL", "INITIAL")
}  # fmt: skip
NAMED_ALIKE = {
    "wagtailusers_users:add": (User, PERSON),
    "wagtailusers_groups:add": (Group, {"name": "Tolken"} | NO_PERMISSIONS),
    "wagtailredirects:add": (Redirect, {"old_path": "/oud", "redirect_link": "https://example.org/"}),
    "wagtailsites:add": (Site, {"hostname": "example.org", "port": "80"}),
}


@pytest.fixture
def administrators(make_user: Any) -> tuple[LoggedIn, LoggedIn]:
    """The browsers of two administrators."""
    clients = LoggedIn(), LoggedIn()
    for number, client in enumerate(clients):
        client.force_login(make_user(f"admin{number}", is_superuser=True, is_staff=True))
    return clients


def test_the_second_of_two_simultaneous_saves_with_the_same_name_is_refused_with_its_input(
    administrators: tuple[LoggedIn, LoggedIn],
) -> None:
    first, second = administrators
    for view, (model, typed) in NAMED_ALIKE.items():
        before, address = model.objects.count(), reverse(view)
        site = {"root_page": str(Page.objects.get(depth=2).pk)} if model is Site else {}
        late, quick = run_interleaved(
            partial(second.post, address, typed | site), partial(first.post, address, typed | site)
        )
        assert (quick.status_code, late.status_code) == (302, 200), (
            view,
            quick.context and quick.context["form"].errors,
        )
        assert "bestaat al" in text(late), view
        assert next(iter(typed.values())) in late.content.decode(), view
        assert model.objects.count() == before + 1, view


def test_the_second_of_two_simultaneous_renames_to_the_same_name_is_refused(
    administrators: tuple[LoggedIn, LoggedIn],
) -> None:
    first, second = administrators
    groups = [Group.objects.create(name=name) for name in ("Gidsen", "Taalmaatjes")]
    edits = [reverse("wagtailusers_groups:edit", args=[group.pk]) for group in groups]
    typed = {"name": "Tolken"} | NO_PERMISSIONS
    late, quick = run_interleaved(partial(second.post, edits[1], typed), partial(first.post, edits[0], typed))
    assert (quick.status_code, late.status_code) == (302, 200)
    assert late.context["form"].errors["name"]
    assert Group.objects.filter(name="Tolken").count() == 1


def test_two_simultaneous_additions_to_a_tree_both_succeed(administrators: tuple[LoggedIn, LoggedIn]) -> None:
    load_content(["nl"])
    first, second = administrators
    root = Collection.get_first_root_node()
    add = reverse("wagtailadmin_collections:add")
    late, quick = run_interleaved(
        partial(second.post, add, {"name": "Beelden", "parent": root.pk}),
        partial(first.post, add, {"name": "Foto’s", "parent": root.pk}),
    )
    assert (quick.status_code, late.status_code) == (302, 302)
    assert {"Beelden", "Foto’s"} <= {child.name for child in Collection.get_first_root_node().get_children()}

    page = Page.objects.filter(depth=3).first()
    copy = reverse("wagtailadmin_pages:copy", args=[page.pk])
    typed = {"new_title": "Kopie", "new_parent_page": page.get_parent().pk}
    late, quick = run_interleaved(
        partial(second.post, copy, typed | {"new_slug": "kopie-1"}),
        partial(first.post, copy, typed | {"new_slug": "kopie-2"}),
    )
    assert (quick.status_code, late.status_code) == (302, 302)
    assert Page.objects.filter(slug__in=["kopie-1", "kopie-2"]).count() == 2


def test_two_simultaneous_uses_of_a_new_tag_both_succeed(administrators: tuple[LoggedIn, LoggedIn]) -> None:
    first, second = administrators
    images = [get_image_model().objects.create(title=title, file=get_test_image_file()) for title in ("Kas", "Hal")]
    edits = [reverse("wagtailimages:edit", args=[image.pk]) for image in images]
    typed = {"title": "Kas", "description": "", "tags": "glastuinbouw", "collection": images[0].collection_id}
    late, quick = run_interleaved(partial(second.post, edits[1], typed), partial(first.post, edits[0], typed))
    assert (quick.status_code, late.status_code) == (302, 302)
    assert [tag.name for image in images for tag in image.tags.all()] == ["glastuinbouw", "glastuinbouw"]
    assert Tag.objects.count() == 1
