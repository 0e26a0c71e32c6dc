"""Wagtail's forms refuse a BSN with an error at its field, and keep the other input."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from taggit.models import Tag
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Comment, GroupApprovalTask, Page, Site, TaskState, Workflow

from dossiers.models.rights import AUTHORS
from pilot_pages.content.loader import load_content
from pilot_pages.editing.moderation import TASK, create_workflow
from tests.conftest import LoggedIn
from tests.pilot_pages.editing.test_moderation import add, fields, written
from tests.site.test_concurrent_saves import NO_PERMISSIONS, PERSON

pytestmark = pytest.mark.usefixtures("base_data")
BSN, PERHAPS = "123456782", "tel 170 561 483"  # made up; they pass the eleven-test
REFUSED, ASKED = "Hier staat een burgerservicenummer (BSN)", "Dit kan een burgerservicenummer (BSN) zijn"
IMAGE = {"title": "Kas", "description": "", "tags": ""}
ONE_TASK = {
    f"{prefix}-{name}_FORMS": "0" for prefix in ("pages", "workflow_tasks") for name in ("TOTAL", "INITIAL")
} | {"workflow_tasks-TOTAL_FORMS": "1", "workflow_tasks-0-ORDER": "1", "workflow_tasks-0-id": ""}


def forms() -> list[tuple[str, list[Any], dict[str, Any], list[str]]]:
    """Return (view, arguments, POST data, text fields) of each of Wagtail's forms."""
    image = get_image_model().objects.create(title="Kas", file=get_test_image_file())
    document = get_document_model().objects.create(title="Gids", file=ContentFile(b"%PDF", name="gids.pdf"))
    collection, person = Collection.objects.get(depth=1), User.objects.create_user("piet", "piet@example.org")
    home, task = Page.objects.get(depth=2), GroupApprovalTask.objects.get_or_create(name=TASK)[0]
    names = {"first_name": "Piet", "last_name": "Voorbeeld", "email": "piet@example.org", "username": "piet"}
    return [
        ("wagtailimages:edit", [image.pk], IMAGE | {"collection": collection.pk}, ["title", "description", "tags"]),
        ("wagtaildocs:edit", [document.pk],
         {"title": "Gids", "tags": "", "collection": collection.pk}, ["title", "tags"]),
        ("wagtailadmin_collections:add", [], {"name": "Foto’s", "parent": collection.pk}, ["name"]),
        ("wagtailusers_users:add", [], PERSON, ["first_name", "last_name", "email"]),
        ("wagtailusers_users:edit", [person.pk], names, ["first_name", "last_name"]),
        ("wagtailusers_groups:add", [], {"name": "Tolken"} | NO_PERMISSIONS, ["name"]),
        ("wagtailredirects:add", [], {"old_path": "/oud", "redirect_link": "https://example.org/"}, ["old_path"]),
        ("wagtailsites:edit", [Site.objects.get().pk],
         {"hostname": "localhost", "port": "80", "site_name": "Pilot", "root_page": home.pk, "is_default_site": "on"},
         ["site_name"]),
        ("wagtailadmin_workflows:add", [], {"name": "Redactie", "workflow_tasks-0-task": task.pk} | ONE_TASK, ["name"]),
    ]  # fmt: skip


def count_records() -> list[int]:
    models = (Group, User, Tag, Redirect, Collection, Workflow)
    return [model.objects.count() for model in models]


def test_each_form_refuses_a_bsn_at_its_field_and_preserves_the_input(admin_client: LoggedIn) -> None:
    sent, before = forms(), count_records()
    for view, args, data, names in sent:
        for name in names:
            typed = f"{BSN}@example.org" if name == "email" else f"nr.{BSN}"
            response = admin_client.post(reverse(view, args=args), data | {name: typed})
            assert response.status_code == 200, (view, name)
            assert REFUSED in str(response.context["form"].errors.get(name)), (view, name)
            assert typed in response.content.decode(), (view, name)
            assert REFUSED in response.content.decode(), (view, name)
    assert count_records() == before


def test_each_form_asks_about_a_possible_bsn_and_accepts_it_once_confirmed(admin_client: LoggedIn) -> None:
    for view, args, data, names in forms():
        name = names[0]
        if name in ("old_path", "username"):
            continue
        address, typed = reverse(view, args=args), data | {name: PERHAPS}
        assert ASKED in admin_client.post(address, typed).content.decode(), view
        assert admin_client.post(address, typed | {"not_a_bsn": "170 561 483"}).status_code == 302, view
    assert Group.objects.filter(name=PERHAPS).exists()


def test_the_name_of_an_uploaded_file_may_not_contain_a_bsn(admin_client: LoggedIn) -> None:
    for view, file in (
        ("wagtailimages:add_multiple", SimpleUploadedFile(f"pas {BSN}.png", get_test_image_file().file.getvalue())),
        ("wagtaildocs:add_multiple", SimpleUploadedFile(f"pas {BSN}.pdf", b"%PDF")),
    ):
        data = {"title": "Pas", "files[]": file, "collection": Collection.objects.get(depth=1).pk}
        answered = admin_client.post(reverse(view), data).json()
        assert not answered["success"]
        assert "Geef het bestand een andere naam" in answered["error_message"]
    assert not get_image_model().objects.exists() and not get_document_model().objects.exists()


def test_comments_on_a_page_may_not_contain_a_bsn(admin_client: LoggedIn, make_user: Any) -> None:
    load_content(["nl"])
    create_workflow()
    author = LoggedIn()
    author.force_login(make_user("kees", AUTHORS))
    add(author, **{"action-submit": "yes"})
    comment = {"contentpath": "title", "text": f"nummer {BSN}", "position": "", "id": "", "resolved": "", "DELETE": ""}
    replies = {f"replies-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    sent = {f"comments-0-{name}": value for name, value in (comment | replies).items()}
    edit = reverse("wagtailadmin_pages:edit", args=[written().pk])
    response = admin_client.post(edit, fields() | sent | {"comments-TOTAL_FORMS": "1"})
    assert REFUSED in response.content.decode()
    assert not Comment.objects.exists()

    state = TaskState.objects.get()
    for name in ("workflow_action", "collect_workflow_action_data"):
        address = reverse(f"wagtailadmin_pages:{name}", args=[written().pk, "reject", state.pk])
        headers = {"X-Requested-With": "XMLHttpRequest"}  # of Wagtail's dialog
        assert REFUSED in admin_client.post(address, {"comment": f"van {BSN}"}, headers=headers).json()["html"]
    assert not written().live and TaskState.objects.get().status == TaskState.STATUS_IN_PROGRESS
    crafted = {"action-workflow-action": "yes", "workflow-action-name": "reject"}
    admin_client.post(edit, fields() | crafted | {"workflow-action-extra-data": json.dumps({"comment": f"van {BSN}"})})
    assert TaskState.objects.get().comment == "van ***", "as nobody was asked"

    copy = reverse("wagtailadmin_pages:copy", args=[written().pk])
    data = {"new_title": f"Over {BSN}", "new_slug": "kopie", "new_parent_page": written().get_parent().pk}
    response = admin_client.post(copy, data)
    assert REFUSED in str(response.context["form"].errors["new_title"])
    assert REFUSED in str(admin_client.post(copy, data | {"new_slug": BSN}).context["form"].errors["new_slug"])
    assert not Page.objects.filter(title__contains="Over").exists()
