"""Every edit form of the backoffice refuses to overwrite a change that another user saved after it was shown."""

from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.core import serializers
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from wagtail.admin.views.generic import EditView
from wagtail.contrib.settings.registry import registry
from wagtail.snippets.models import get_snippet_models

from dossiers.backoffice.forgetting.term import TermView
from dossiers.backoffice.forms import SAVED_MEANWHILE
from dossiers.backoffice.listing.saved_views import SavedViewEditView
from dossiers.models import ActionRule, Dossier, Organisation, OwnField
from dossiers.models.rights import COORDINATORS
from tests.conftest import LoggedIn
from tests.dossiers.spreadsheets.imports import AZC
from tests.site.every_url.addresses import list_addresses, list_patterns

SET_BY_SAVING = {"changed_at", "last_login", "password"}
CHOICES_ONLY = {"wagtaillocales:edit"}  # nothing can be typed in it
TYPED = "input[type=text]:not([hidden]), input[type=number], input[type=url], input[type=email], textarea"


def list_edit_urls(world: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Iterate over the URLs of all edit forms except those of pages, whose revisions are compared."""
    edits = (EditView, TermView, SavedViewEditView)
    names = {
        name
        for name, _pattern, view in list_patterns()
        if isinstance(view_class := getattr(view, "view_class", None), type) and issubclass(view_class, edits)
    }
    for address in list_addresses(world):
        if address.name in names - {"wagtailsettings:edit"} - CHOICES_ONLY:
            yield address.path
    for model in registry:
        setting = model.load() if hasattr(model, "load") else None
        pk = setting.pk if setting else world["wagtailsettings"]["pk"]
        yield reverse("wagtailsettings:edit", args=[model._meta.app_label, model._meta.model_name, pk])


def find_edit_form(page: Any) -> Tag:
    soup = BeautifulSoup(page.content, "html.parser")
    return soup.select_one("form[data-edit-form]") or soup.select_one("main form[method=post]")


def get_form_data(form: Tag) -> dict[str, list[str]]:
    """Return the POST data that a browser would send."""
    data: dict[str, list[str]] = {}
    for control in form.select("input[name], select[name], textarea[name]"):
        if control.name == "select":
            values = [option.get("value", option.text) for option in control.select("option[selected]")]
            values = values or [option.get("value", option.text) for option in control.select("option")[:1]]
        elif control.name == "textarea":
            values = [control.text.removeprefix("\n")]
        elif control.get("type") in ("checkbox", "radio"):
            values = [control.get("value", "on")] if control.has_attr("checked") else []
        else:
            values = [] if control.get("type") == "file" else [control.get("value", "")]
        if values and not control.has_attr("disabled"):
            data.setdefault(control["name"], []).extend(values)
    return data


def save_something(client: LoggedIn, path: str, data: dict[str, list[str]], names: list[str]) -> str | None:
    """Change the first field that accepts a new value, and return its name, or None."""
    for name in names:
        for typed in ("7", f"{data[name][0]} anders", "Anders"):
            with transaction.atomic():
                response = client.post(path, data | {name: [typed]})
                if response.status_code == 302:
                    return name
                transaction.set_rollback(True)
    return None


def test_a_conflicting_edit_is_refused_and_the_input_is_preserved(world, browsers):
    client, paths, wrong = browsers["admin"], set(list_edit_urls(world)), []
    edited_snippets = {str(model.snippet_viewset.get_url_name("edit")) for model in get_snippet_models()}
    assert len(paths) > len(edited_snippets) + len(list(registry))
    for path in sorted(paths):
        form = find_edit_form(client.get(path))
        data, second_data = get_form_data(form), get_form_data(find_edit_form(client.get(path)))
        names = [control["name"] for control in form.select(TYPED) if control["name"] in data]
        saved = save_something(client, path, data, names)
        if saved is None:
            wrong.append(f"{path}: nothing could be saved")
            continue
        first_name, first_text = saved, get_form_data(find_edit_form(client.get(path)))[saved]
        other_name = next((name for name in names if name != first_name), first_name)
        response = client.post(path, second_data | {other_name: ["Van de tweede"]})
        if response.status_code == 302 or str(SAVED_MEANWHILE) not in response.content.decode():
            wrong.append(f"{path}: the second form was saved")
            continue
        if get_form_data(find_edit_form(response)).get(other_name) != ["Van de tweede"]:
            wrong.append(f"{path}: what the second typed is gone")
        if get_form_data(find_edit_form(client.get(path)))[first_name] != first_text:
            wrong.append(f"{path}: what the first saved is gone")
    assert not wrong, "\n".join(wrong)


def read_fields(record: Model) -> dict[str, Any]:
    stored = type(record)._base_manager.get(pk=record.pk)
    (serialized,) = serializers.serialize("python", [stored])
    return {name: value for name, value in serialized["fields"].items() if name not in SET_BY_SAVING}


def take_choices_out_of_use(user: AbstractUser) -> None:
    """Let a user who left own every record, and take out of use what can be."""
    Organisation.objects.get(name=AZC).staff.add(user.pk)
    for model in get_snippet_models():
        owners = [field for field in model._meta.concrete_fields if field.related_model is get_user_model()]
        model._base_manager.update(**{field.name: user for field in owners if field.editable})
    get_user_model().objects.filter(pk=user.pk).update(is_active=False)
    Dossier.objects.update(extra={OwnField.objects.get().key: "Geheime Kas"})
    OwnField.objects.update(in_use=False)
    ActionRule.objects.update(active=False)


def test_a_save_without_a_change_changes_nothing_also_if_the_choices_went_out_of_use(world, browsers, make_user):
    take_choices_out_of_use(make_user("weg", COORDINATORS))
    client, wrong = browsers["admin"], []
    for path in sorted(set(list_edit_urls(world))):
        response = client.get(path)
        form, record = find_edit_form(response), response.context["form"].instance
        before = read_fields(record)
        response = client.post(path, get_form_data(form))
        if response.status_code != 302:
            wrong.append(f"{path}: not saved: {response.context['form'].errors.as_json()}")
            continue
        after = read_fields(record)
        wrong += [
            f"{path}: {name} was {before[name]}, is {after[name]}" for name in before if before[name] != after[name]
        ]
    assert not wrong, "\n".join(wrong)
