"""The permissions of the user groups: one table, applied after every migrate; it adds permissions and removes none."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import connections
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from dossiers.models.exports.formats import EXPORT_FORMATS

VIEW, ADD, CHANGE, DELETE = "view", "add", "change", "delete"
EDIT = (VIEW, ADD, CHANGE, DELETE)

# The group names are Dutch because staff see them in the backoffice.
COORDINATORS, PARTNERS, COMMUNICATIONS, READERS = "Begeleiders", "Partnermedewerkers", "Communicatie", "Lezers"
FORMER_NAMES = {"Coördinatoren": COORDINATORS}  # of groups in installations that are older than the name
AUTHORS = "Redacteuren"  # they write pages that the communications group approves
EXPORTS = tuple(f"export_{format}" for format in EXPORT_FORMATS)

# group: {"app.model": actions}
RIGHTS: dict[str, dict[str, tuple[str, ...]]] = {
    COORDINATORS: {
        "wagtailadmin.admin": ("access",),
        "dossiers.dossier": (*EDIT, *EXPORTS),
        "dossiers.supply": EDIT,
        "dossiers.employer": (*EDIT, *EXPORTS),
        "dossiers.employerinterest": (*EDIT, *EXPORTS),
        "dossiers.placement": (*EDIT, *EXPORTS),
        "dossiers.finding": (*EDIT, *EXPORTS),
        "dossiers.contactmoment": (*EDIT, *EXPORTS),
        "dossiers.followup": (*EDIT, *EXPORTS),
        "dossiers.expense": (*EDIT, *EXPORTS),
        "dossiers.milestone": (*EDIT, *EXPORTS),
        "dossiers.pilot": (VIEW, CHANGE, *EXPORTS),  # "view" is the right to read its figures
        "dossiers.retention": (CHANGE,),
        "dossiers.candidatelanguage": (CHANGE,),
        "dossiers.evaluation": (*EDIT, *EXPORTS, "release", "read_full"),
        "dossiers.bulkchange": EXPORTS,
        "dossiers.organisation": (*EDIT, *EXPORTS),
        "dossiers.sector": (*EDIT, *EXPORTS),
        "dossiers.closingreason": (*EDIT, *EXPORTS),
        "dossiers.findingcategory": (*EDIT, *EXPORTS),
        "dossiers.ownfield": (*EDIT, *EXPORTS),
        "dossiers.regulation": (*EDIT, *EXPORTS),
        "dossiers.glossaryterm": (*EDIT, *EXPORTS),
        "dossiers.actionrule": (VIEW, CHANGE, *EXPORTS),
        "dossiers.emailtext": (VIEW, CHANGE, *EXPORTS),
        "dossiers.importrun": (*EDIT, *EXPORTS),
        "dossiers.merge": (VIEW, ADD, CHANGE, *EXPORTS),
        "dossiers.importprofile": (*EDIT, *EXPORTS),
    },
    PARTNERS: {
        "wagtailadmin.admin": ("access",),
    },
    COMMUNICATIONS: {
        "wagtailadmin.admin": ("access",),
        "dossiers.evaluation": (VIEW,),  # released ones
        "dossiers.regulation": (*EDIT, *EXPORTS),
        "dossiers.glossaryterm": (*EDIT, *EXPORTS),
        "pilot_pages.pilotsettings": (CHANGE,),
        "pilot_pages.webhook": (VIEW,),  # the deliveries; only an administrator adds a webhook
        "simple_translation.translation": ("submit",),
        "wagtailimages.image": (ADD, CHANGE, "choose"),
        "wagtaildocs.document": (ADD, CHANGE, "choose"),
        "wagtailredirects.redirect": EDIT,
    },
    AUTHORS: {
        "wagtailadmin.admin": ("access",),
        "dossiers.regulation": (VIEW,),
        "wagtailimages.image": (ADD, "choose"),
        "wagtaildocs.document": (ADD, "choose"),
    },
    READERS: {
        "wagtailadmin.admin": ("access",),
        "dossiers.evaluation": (VIEW,),  # released ones
        "dossiers.regulation": (VIEW, *EXPORTS),
    },
}
PAGE_RIGHTS = {
    COMMUNICATIONS: ("add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page"),
    AUTHORS: ("add_page", "change_page"),
}
COLLECTION_MODELS = ("wagtailimages.image", "wagtaildocs.document")


def rename_groups(using: str) -> None:
    """Give each group of a former name its present one, unless there is such a group already."""
    groups = Group.objects.using(using)
    for former_name, name in FORMER_NAMES.items():
        if not groups.filter(name=name).exists():
            groups.filter(name=former_name).update(name=name)


def apply_rights(*, using: str = "default", **_signal: Any) -> None:
    """Add the permissions of the table to each group, as far as these permissions exist already."""
    tables = set(connections[using].introspection.table_names())
    if not {model._meta.db_table for model in (Group, GroupPagePermission, GroupCollectionPermission)} <= tables:
        return  # some apps are not migrated yet; the last post_migrate signal calls this again
    rename_groups(using)
    groups = Group.objects.using(using)
    for name, rights in RIGHTS.items():
        group, _created = groups.get_or_create(name=name)
        for model, actions in rights.items():
            app_label, model_name = model.split(".")
            codenames = [f"{action}_{model_name}" for action in actions]
            condition = Q(content_type__app_label=app_label, codename__in=codenames)
            permissions = list(Permission.objects.using(using).filter(condition))
            if model not in COLLECTION_MODELS:
                group.permissions.add(*permissions)
            elif collection := Collection.get_first_root_node():  # Wagtail grants these for each collection
                for permission in permissions:
                    GroupCollectionPermission.objects.get_or_create(
                        group=group, collection=collection, permission=permission
                    )
    root = Page.objects.filter(depth=1).first()
    if root is None:
        return
    page_permissions = Permission.objects.filter(content_type__app_label="wagtailcore")
    for name, page_codenames in PAGE_RIGHTS.items():
        group = groups.get(name=name)
        for permission in page_permissions.filter(codename__in=page_codenames):
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
