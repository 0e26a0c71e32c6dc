"""Permissions of each group follow the table; extra permissions stay."""

import pytest
from django.contrib.auth.models import Group, Permission

from dossiers.models.exports.formats import EXPORT_FORMATS
from dossiers.models.rights import COMMUNICATIONS, COORDINATORS, PARTNERS, READERS, RIGHTS, apply_rights

RECORDS = ("dossier", "employer", "employerinterest")
ACTIONS = ("view", "add", "change", "delete")


def has_right(user, action: str, model: str) -> bool:
    return user.has_perm(f"dossiers.{action}_{model}")


@pytest.mark.parametrize("model", RECORDS)
def test_a_coordinator_does_everything_with_records_and_exports_each_format(coordinator, model):
    assert all(has_right(coordinator, action, model) for action in ACTIONS)
    assert all(has_right(coordinator, f"export_{format}", model) for format in EXPORT_FORMATS)


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
@pytest.mark.parametrize("model", [*RECORDS, "supply", "importrun", "importprofile"])
def test_nobody_else_has_any_right_on_records_or_imports(request, role, model):
    user = request.getfixturevalue(role)
    actions = [*ACTIONS, *(f"export_{format}" for format in EXPORT_FORMATS)]
    assert [action for action in actions if has_right(user, action, model)] == []


def test_evaluations_are_written_and_released_by_coordinators_and_read_by_readers_and_communications(
    coordinator, reader, editor, partner
):
    rights = (*ACTIONS, "release", "read_full")
    assert all(has_right(coordinator, right, "evaluation") for right in rights)
    assert all(
        [right for right in rights if has_right(user, right, "evaluation")] == ["view"] for user in (reader, editor)
    )
    assert not any(has_right(partner, right, "evaluation") for right in rights)


def test_rules_are_edited_by_coordinators_and_communications_and_read_by_readers(coordinator, editor, reader, partner):
    assert all(has_right(user, action, "regulation") for user in (coordinator, editor) for action in ACTIONS)
    assert [action for action in ACTIONS if has_right(reader, action, "regulation")] == ["view"]
    assert [action for action in ACTIONS if has_right(partner, action, "regulation")] == []


@pytest.mark.parametrize("model", ["actionrule", "emailtext"])
def test_rules_for_actions_and_texts_of_mails_are_changed_by_coordinators_and_seen_by_nobody_else(request, model):
    coordinator, *others = (request.getfixturevalue(role) for role in ("coordinator", "partner", "editor", "reader"))
    assert [action for action in ACTIONS if has_right(coordinator, action, model)] == ["view", "change"]
    assert [(user, action) for user in others for action in ACTIONS if has_right(user, action, model)] == []


def test_communications_edit_pages_and_images_and_others_do_not(editor, coordinator, reader):
    from wagtail.models import Page

    root = Page.objects.get(depth=1)
    assert root.permissions_for_user(editor).can_add_subpage()
    assert not root.permissions_for_user(coordinator).can_add_subpage()
    assert not root.permissions_for_user(reader).can_add_subpage()


@pytest.mark.parametrize("name", [COORDINATORS, PARTNERS, COMMUNICATIONS, READERS])
def test_each_group_may_enter_the_backoffice(base_data, name):
    assert Group.objects.get(name=name).permissions.filter(codename="access_admin").exists()


def test_only_an_administrator_edits_users(coordinator, editor, admin):
    assert admin.has_perm("auth.change_user")
    assert not coordinator.has_perm("auth.change_user")
    assert not editor.has_perm("auth.change_user")


def test_every_right_in_the_table_exists(base_data):
    """A misspelled permission would silently give nothing."""
    for name, rights in RIGHTS.items():
        for model, actions in rights.items():
            app_label, model_name = model.split(".")
            codenames = {f"{action}_{model_name}" for action in actions}
            permissions = Permission.objects.filter(content_type__app_label=app_label, codename__in=codenames)
            assert {permission.codename for permission in permissions} == codenames, (name, model)


def test_applying_rights_keeps_extra_permissions_and_restores_removed_ones(base_data):
    readers = Group.objects.get(name=READERS)
    extra = Permission.objects.get(codename="view_sector")
    readers.permissions.set([extra])
    apply_rights()
    codenames = set(readers.permissions.values_list("codename", flat=True))
    table = {
        "view_regulation",
        "view_evaluation",
        "access_admin",
        *(f"export_{format}_regulation" for format in EXPORT_FORMATS),
    }
    assert codenames == {"view_sector", *table}


def test_applying_rights_twice_changes_nothing(base_data):
    def rights():
        return set(Group.objects.values_list("name", "permissions__codename"))

    before = rights()
    apply_rights()
    assert rights() == before
    assert Group.objects.filter(name=READERS).count() == 1


def test_the_coordinators_of_an_older_installation_are_called_begeleiders_and_stay_members(coordinator, base_data):
    Group.objects.filter(name=COORDINATORS).update(name="Coördinatoren")
    apply_rights()
    assert [group.name for group in coordinator.groups.all()] == ["Begeleiders"]
    assert not Group.objects.filter(name="Coördinatoren").exists()


def test_a_group_that_has_the_new_name_already_is_not_taken_over(coordinator, base_data):
    old = Group.objects.create(name="Coördinatoren")
    apply_rights()
    assert Group.objects.filter(pk=old.pk, name="Coördinatoren").exists()
    assert coordinator.groups.get().name == "Begeleiders"
