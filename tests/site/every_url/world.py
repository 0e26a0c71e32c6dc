"""A site with records of both organisations, each with a unique name."""

from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import APIToken, Collection, Locale, Page, Site, Task, Workflow, WorkflowTask

from dossiers.forgetting.former_contacts import find_former_contacts
from dossiers.models import (
    ActionRule,
    BulkChange,
    CandidateLink,
    ClosingReason,
    ContactMoment,
    EmailText,
    Evaluation,
    Expense,
    ExportRun,
    Finding,
    FindingCategory,
    FollowUp,
    GlossaryTerm,
    ImportProfile,
    ImportRun,
    Milestone,
    Organisation,
    OwnField,
    Regulation,
    RegulationTranslation,
    SavedView,
    Sector,
    Supply,
)
from dossiers.models.deletion import store_deletion
from dossiers.reports.evaluations import freeze
from dossiers.reports.release import release
from pilot_pages.models import GuidancePage
from pilot_pages.webhooks.models import Event, Webhook
from tests.dossiers.models.factories import make_dossier, make_employer, make_interest, make_sign_up
from tests.dossiers.models.merges import merge_dossiers
from tests.dossiers.models.own_fields import make_own_field
from tests.dossiers.models.placements import make_placement, make_ready_dossier
from tests.dossiers.spreadsheets.imports import AZC, WERKCORPORATIE, preview

# Names in records: a role that reads one of these without permission has found a leak.
OF_AZC = ("Selamawit", "Hailemariam")
OF_WERKCORPORATIE = ("Yonatan", "Gebremedhin")
OF_THE_MUNICIPALITY = ("Geheimdossier", "Geheime Kas", "Geheime Plukkerij", "Geheim Werk")
SECRETS = (*OF_AZC, *OF_WERKCORPORATIE, *OF_THE_MUNICIPALITY)


def _person(names: tuple[str, str]) -> dict[str, str]:
    return {"given_name": names[0], "family_name": names[1], "date_of_birth": "1990-03-12"}


def _supply(name: str, names: tuple[str, str]) -> Supply:
    """Create a supply whose name differs from the name in the dossier."""
    dossier = make_dossier(given_name="Geheimdossier", family_name=names[1] + "s", date_of_birth=date(1990, 3, 12))
    values = _person(names)
    return Supply.objects.create(
        dossier=dossier, organisation=Organisation.objects.named(name), external_id=names[0], values=values
    )


def _list(folder: Path, name: str, names: tuple[str, str], **fields: Any) -> ImportRun:
    file = folder / f"{names[0]}-{'-'.join(fields) or 'coordinator'}.csv"
    lines = ["Extern nummer;Voornaam;Achternaam;Geboortedatum", f"N{names[0]};{names[0]};{names[1]};31-02-1990"]
    file.write_text("\n".join(lines), "utf-8")
    return preview(file, organisation=name, **fields)


def _row(run: ImportRun) -> int:
    return run.rows.exclude(action="absent").get().pk


def make_world(folder: Path, people: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Create the records; return the values of the URL parameters by prefix of the URL name.

    `whole` is the path for a pattern that is a regular expression, and `post` the data of a form. The partner pages
    have records of AZC Luttelgeest.
    """
    azc, _other = _supply(AZC, OF_AZC), _supply(WERKCORPORATIE, OF_WERKCORPORATIE)
    dossier = make_dossier(given_name="Geheimdossier", family_name=OF_AZC[1])
    interest = make_interest(employer=make_employer(company_name="Geheime Kas"), work_description="Geheim Werk")
    sign_up = make_sign_up(given={"company_name": "Geheime Plukkerij"})
    run = _list(folder, AZC, OF_AZC)
    own = _list(folder, AZC, OF_AZC, by_partner=True, with_partner=True, user=people["partner"])
    merge = merge_dossiers(make_dossier(given_name="Geheimdossier"), make_dossier())
    export = ExportRun.objects.create(
        user=people["coordinator"], kind="dossier", format="csv", state="ready", file=ContentFile(b"x", "lijst.csv")
    )
    _letter, key = CandidateLink.make(dossier, people["coordinator"])
    placement = make_placement(interest=interest, dossier=make_ready_dossier(given_name="Geheimdossier"))
    around = {"dossier": dossier, "employer": interest.employer}
    finding = Finding.objects.create(
        category=FindingCategory.objects.first(), side="process", description="Geheime Kas", **around
    )
    contact = ContactMoment.objects.create(text="Geheim Werk", **around)
    action = FollowUp.objects.create(text="Geheim Werk", due_on=timezone.localdate(), **around)
    expense = Expense.objects.create(category="matching", description="Geheim Werk", amount=5, **around)
    milestone = Milestone.objects.create(title="Geheim Werk", planned_on=timezone.localdate())
    view = SavedView.objects.create(
        kind="dossier", name="Geheim Werk", query="status=intake", owner=people["coordinator"], shared=True
    )
    evaluation = Evaluation.objects.create(title="Een evaluatie", reports=["findings"])
    freeze(evaluation, people["coordinator"])
    release(evaluation, people["coordinator"])
    change = BulkChange.objects.create(
        kind="dossier", field="location", given="Geheim Werk", count=1, state="applied", applied_at=timezone.now()
    )
    change.rows.create(record_id=dossier.pk, seen_at=timezone.now(), action="changes", old="", new="Geheim Werk")
    cancelled = Milestone.objects.create(title="Geheim Werk", planned_on=timezone.localdate())
    deletion = store_deletion([cancelled], people["coordinator"])
    cancelled.delete()
    deleted = make_dossier(given_name="Geheimdossier")
    deleted_key = deleted.pk
    deleted.delete()
    deleted_employer, deleted_sign_up = make_employer(), make_sign_up()
    deleted_keys = {"employer": deleted_employer.pk, "sign_up": deleted_sign_up.pk}
    deleted_employer.delete()
    deleted_sign_up.delete()
    replaced = make_employer(contact_name="Geheime Kas")
    replaced.contact_name = "Geheime Plukkerij"
    replaced.save()
    webhook = Webhook.objects.create(
        name="Een voorkant", address="https://www.example.nl/hook", events=[Event.PAGE_PUBLISHED]
    )
    message = webhook.deliveries.create(event=Event.PAGE_PUBLISHED, payload={}, state="delivered")
    webhook.deliveries.create(event=Event.SIGN_UP_CONFIRMED, payload={"reference": "Geheim Werk"}, state="delivered")
    home = Page.objects.get(depth=2)
    page = home.add_child(instance=Page(title="Een pagina", slug="een-pagina"))
    document = get_document_model().objects.create(title="Een document", file=ContentFile(b"x", "document.txt"))
    image = get_image_model().objects.create(title="Een afbeelding", file=get_test_image_file())
    body = [("picture", {"image": image, "caption": ""}), ("download", {"document": document, "text": ""})]
    guide = home.add_child(instance=GuidancePage(title="Uitleg", slug="uitleg", intro="Uitleg", body=body))
    revision = page.save_revision()
    locale, _created = Locale.objects.get_or_create(language_code="ar")
    arabic = home.add_child(instance=GuidancePage(title="صفحة", slug="ar", intro="صفحة", locale=locale, live=False))
    collection = Collection.get_first_root_node().add_child(name="Een verzameling")
    workflow, task = Workflow.objects.create(name="Een werkstroom"), Task.objects.create(name="Een taak")
    WorkflowTask.objects.create(workflow=workflow, task=Task.objects.create(name="Een stap"))
    user = get_user_model().objects.create_user("iemand", "iemand@example.nl", first_name="Ie", last_name="Mand")
    lists = {
        "regulation": Regulation, "organisation": Organisation, "sector": Sector, "closingreason": ClosingReason,
        "findingcategory": FindingCategory, "importprofile": ImportProfile, "actionrule": ActionRule,
        "emailtext": EmailText, "ownfield": OwnField, "glossaryterm": GlossaryTerm,
    }  # fmt: skip
    make_own_field("Geheim veld", choices=["Geheime Kas"])
    ImportProfile.objects.create(name="Een profiel", record="dossiers", organisation=azc.organisation)
    parameters: dict[str, dict[str, Any]] = {
        "": {"format": "csv", "record": "dossiers", "kind": "dossier"},
        "account_reset_password_from_key": {"whole": "/inloggen/vergeten/1-abc-def/"},
        "account_accept_invitation": {"whole": "/inloggen/uitnodiging/1-abc-def/"},
        "beheer/^password_reset/": {"whole": "/beheer/password_reset/"},
        "beheer/^.*/$": {"whole": "/beheer/nergens/"},
        "wagtailadmin_password_reset_confirm": {"uidb64": "MQ", "token": "abc-def"},
        "wagtail_serve": {"whole": "/een-pagina/"},
        "wagtaildocs_serve": {"whole": "/documenten/%(pk)s/document.txt", "pk": document.pk},
        "^media/": {"whole": "/media/images/nergens.png"},
        "wagtailadmin_pages:revisions_compare": {
            "whole": f"/beheer/pages/%(pk)s/revisions/compare/{revision.pk}...live/"
        },
        "wagtailadmin_api:pages": {"pk": page.pk, "action_name": "delete"},
        "wagtailadmin_api:documents": {"pk": document.pk},
        "wagtailadmin_api:images": {"pk": image.pk},
        "wagtailadmin_explore": {"parent_page_id": home.pk},
        "wagtailadmin_choose_page": {"parent_page_id": home.pk},
        "wagtailadmin_tag_model_autocomplete": {"app_name": "taggit", "model_name": "tag"},
        "wagtailadmin_pages": {
            "pk": page.pk, "page_id": page.pk, "parent_page_id": home.pk, "page_to_move_id": page.pk,
            "destination_id": home.pk, "revision_id": revision.pk, "action_name": "approve", "task_state_id": 1,
            "task_id": task.pk, "workflow_state_id": 1, "app_label": "pilot_pages", "model_name": "guidancepage",
            "content_type_app_name": "pilot_pages", "content_type_model_name": "guidancepage",
        },
        "wagtailadmin_collections": {"pk": collection.pk, "collection_id": collection.pk},
        "wagtailadmin_workflows": {
            "pk": workflow.pk, "page_pk": page.pk, "workflow_pk": workflow.pk, "task_id": task.pk,
            "app_label": "wagtailcore", "model_name": "groupapprovaltask",
        },
        "wagtailadmin_workflows:edit_task": {"pk": task.pk},
        "wagtailadmin_workflows:disable_task": {"pk": task.pk},
        "wagtailadmin_workflows:enable_task": {"pk": task.pk},
        "wagtailadmin_editing_sessions": {
            "app_label": "dossiers", "model_name": "dossier", "object_id": dossier.pk, "session_id": 1
        },
        "dossiers_import": {"pk": run.pk, "row": _row(run)},
        "dossiers_import_template": {"record": "dossiers"},
        "dossiers_import_open": {"pk": run.pk},
        "dossiers_export": {"pk": export.pk},
        "dossiers_import_lines": {"post": {"action": "error"}},
        "dossiers_import_line": {"post": {"what": "leave_out"}},
        "dossiers_partner_lines": {"post": {"action": "error"}},
        "dossiers_partner_line": {"post": {"what": "leave_out"}},
        "dossiers_merge": {"pk": dossier.pk, "other": azc.dossier.pk},
        "dossiers_access_log_at": {"pk": dossier.pk},
        "dossiers_merge_undo": {"pk": merge.pk},
        "dossiers_deletion_undo": {"pk": deletion.pk},
        "dossiers_take_over": {"pk": sign_up.pk},
        "dossiers_fitting_employers": {"pk": dossier.pk},
        "dossiers_fitting_candidates": {"pk": interest.pk},
        "dossiers_evaluation": {"pk": evaluation.pk, "section": "summary", "edition": "public", "format": "pdf"},
        "dossiers_evaluations": {"format": "csv"},
        "dossiers_report": {"name": "funnel", "table": "steps", "format": "csv"},
        "dossiers_talk": {"pk": dossier.pk},
        "dossiers_mail": {"pk": dossier.pk},
        "dossiers_mail_employer": {"pk": interest.employer_id},
        "dossiers_mail_interest": {"pk": interest.pk},
        "dossiers_mail_placement": {"pk": placement.pk},
        "dossiers_talk_employer": {"pk": interest.employer_id},
        "dossiers_talk_interest": {"pk": interest.pk},
        "dossiers_talk_placement": {"pk": placement.pk},
        "dossiers_view": {"pk": view.pk},
        "dossiers_bulk_": {"pk": change.pk},
        "dossiers_moved": {"pk": dossier.pk},
        "dossiers_withdrawal": {"pk": dossier.pk},
        "dossiers_interest_withdrawal": {"pk": interest.pk},
        "dossiers_anonymise": {"pk": dossier.pk},
        "dossiers_forget_deleted": {"pk": deleted_key},
        "dossiers_forget_deleted_employer": {"pk": deleted_keys["employer"]},
        "dossiers_forget_deleted_sign_up": {"pk": deleted_keys["sign_up"]},
        "dossiers_forget_contact": {"pk": interest.employer_id},
        "dossiers_forget_former_contact": {"pk": replaced.pk, "digest": find_former_contacts(replaced)[0].digest},
        "dossiers_keep_longer": {"pk": dossier.pk},
        "dossiers_person_file": {"pk": dossier.pk, "format": "html"},
        "dossiers_person_mentions": {"pk": dossier.pk},
        "dossiers_letter": {"pk": dossier.pk},
        "candidate": {"key": key, "placement": placement.pk},
        "dossiers_settle": {"pk": action.pk},
        "dossiers_confirm_finding": {"pk": finding.pk},
        "dossiers_mark_checked": {"pk": Regulation.objects.first().pk},
        "dossiers_approve_rule_translation": {"pk": RegulationTranslation.objects.first().pk},
        "dossiers_partner": {"pk": own.pk, "row": _row(own)},
        "dossiers_partner_correct": {"pk": azc.pk},
        "dossiers_partner_note": {"pk": azc.pk},
        "webhooks": {"pk": webhook.pk},
        "webhooks:delivery": {"pk": message.pk},
        "webhooks:again": {"pk": message.pk},
        "wagtailforms": {"page_id": page.pk},
        "wagtailredirects": {"redirect_id": Redirect.objects.create(old_path="/oud", redirect_page=page).pk},
        "wagtailsettings": {"app_name": "pilot_pages", "model_name": "pilotsettings", "pk": Site.objects.first().pk},
        "wagtaildocs": {"document_id": document.pk, "doc_id": document.pk, "uploaded_file_id": 1, "pk": document.pk,
                        "restriction_id": 1},
        "wagtailimages": {"image_id": image.pk, "filter_spec": "width-100", "uploaded_file_id": 1, "pk": image.pk},
        "system_": {"pk": "00000000-0000-0000-0000-000000000000"},  # no task failed
        "wagtailsites": {"pk": Site.objects.first().pk},
        "wagtailusers_users": {"pk": user.pk},
        "wagtailusers_groups": {"pk": Group.objects.first().pk},
        "wagtailapi:pages": {"pk": page.pk},
        "wagtailapi:images": {"pk": image.pk},
        "wagtailapi:documents": {"pk": document.pk},
        "calendar_feed": {"key": "abc"},
        "pilot_pages": {"token": "abc"},
        "pilot_pages_page_checked": {"pk": page.pk},
        "pilot_pages_cancel_workflow": {"pk": page.pk},
        "pilot_pages_approval": {"page_id": arabic.pk},
        "simple_translation": {"page_id": page.pk, "app_label": "dossiers", "model_name": "sector", "pk": 1},
        "api_key_revoke": {"pk": APIToken.create_token(user=people["reader"], name="Een sleutel")[0].pk},
        "pilot_api:": {"reference": "D-1", "number": 1, "records": "dossiers", "format": "csv", "line": 1},
        "pilot_api_nothing": {"rest": "nergens"},
        "sharing": {"pk": guide.pk, "version": "abc"},
        "wagtailcore_authenticate": {"page_view_restriction_id": 1, "page_id": page.pk},
    }  # fmt: skip
    bulk = {"auth.user": user, "wagtailcore.page": page, "wagtaildocs.document": document, "wagtailimages.image": image}
    for name, record in {
        "dossier": dossier, "employer": interest.employer, "employerinterest": interest,
        "placement": placement, "finding": finding, "contactmoment": contact, "followup": action,
        "expense": expense, "milestone": milestone,
        **{name: model.objects.first() for name, model in lists.items()},
    }.items():  # fmt: skip
        parameters[f"wagtailsnippets_dossiers_{name}:"] = {"pk": record.pk}
        parameters[f"wagtailsnippetchoosers_dossiers_{name}:"] = {"pk": record.pk}
        bulk[f"dossiers.{name}"] = record
    parameters["wagtail_bulk_action"] = {"ids": {name: record.pk for name, record in bulk.items()}}
    return parameters
