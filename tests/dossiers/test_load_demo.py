"""Tests of the demo: its records, that all of them are synthetic, and when it does nothing."""

import re
from datetime import date, timedelta
from io import StringIO
from unittest import mock

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import TestCase, override_settings
from django.utils import timezone

from dossiers.management import demo_records
from dossiers.management.demo_files import read_rows
from dossiers.management.demo_logins import LOGINS
from dossiers.models import (
    ClosingReason,
    ContactMoment,
    Dossier,
    Employer,
    EmployerInterest,
    Evaluation,
    Expense,
    Finding,
    FindingCategory,
    FollowUp,
    InterestStatus,
    Organisation,
    Placement,
    Sector,
    Status,
    Step,
    Supply,
    WorkKind,
    WorkRight,
    missing,
)
from dossiers.models.dossiers.dossier import subtract_years
from dossiers.models.placements.placement_steps import SHARED_FIELDS, StepRefused
from dossiers.reports.documents.letter import PUBLIC, build_paper
from dossiers.reports.release_checks import find_issues

User = get_user_model()


def load_demo():
    """Return the output of the command, without the content of the site, which has its own tests."""
    out = StringIO()
    with mock.patch("dossiers.management.commands.load_demo.call_command") as content:
        content.side_effect = lambda name, **streams: out.write(f"{name}\n")
        call_command("load_demo", stdout=out)
    return out.getvalue()


def read_everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Dossier, Supply, Employer, EmployerInterest, Placement, User)
    ]


class LoadedDemo(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.output = load_demo()
        cls.today = timezone.localdate()

    # Created records

    def test_the_command_creates_and_reports_122_dossiers_and_40_employers(self):
        made = [model.objects.count() for model in (Dossier, Employer, EmployerInterest, Placement)]
        assert made == [122, 40, 59, 38]
        for text in (*map(str, made), "pilot-demo", *(login.username for login in LOGINS)):
            assert text in self.output

    def test_the_site_content_is_loaded_first(self):
        assert self.output.startswith("load_content\n")

    def test_every_status_and_work_right_occurs(self):
        assert set(Dossier.objects.values_list("status", flat=True)) == set(Status.values)
        assert set(Dossier.objects.values_list("work_right", flat=True)) == set(WorkRight.values)
        assert set(EmployerInterest.objects.values_list("status", flat=True)) == set(InterestStatus.values)

    def test_every_placement_requirement_is_missing_in_a_dossier(self):
        requirements = [
            requirement for dossier in Dossier.objects.open() for requirement in missing(dossier, self.today)
        ]
        kinds = {(requirement.code, re.sub(r"\d.*", "", str(requirement.text))) for requirement in requirements}
        codes = ["work_right", "waiting_time", "reception", "document", "expectation_talk", "privacy_notice"]
        assert {code for code, _text in kinds} == set(codes)
        # Waiting time not over or unknown; not in reception or unknown; document ended or unknown.
        assert [sum(code == missing_code for missing_code, _text in kinds) for code in codes] == [1, 2, 2, 2, 1, 1]

    def test_placed_dossiers_meet_all_placement_requirements(self):
        placed = Dossier.objects.filter(status__in=[Status.MATCHED, Status.WORKING])
        assert placed.count() == 26
        assert [dossier for dossier in placed if missing(dossier, self.today)] == []

    def test_placements_occur_at_every_step_and_of_every_kind(self):
        assert set(Placement.objects.values_list("status", flat=True)) == set(Step.values)
        assert set(Placement.objects.values_list("kind", flat=True)) == set(WorkKind.values)
        assert Placement.objects.filter(permit_refused_on__isnull=False).count() == 1
        assert Placement.objects.filter(ended_on__gte=self.today - timedelta(days=30)).exists()

    def test_dossier_statuses_agree_with_the_placements(self):
        placed = Placement.objects.open()
        at_work = set(placed.at_work().values_list("dossier", flat=True))
        matched = set(placed.values_list("dossier", flat=True)) - at_work
        by_status = {
            status: set(Dossier.objects.filter(status=status).values_list("pk", flat=True)) for status in Status
        }
        assert by_status[Status.MATCHED] == matched
        assert by_status[Status.WORKING] == at_work - by_status[Status.COMPLETED]
        assert by_status[Status.COMPLETED] <= set(
            Placement.objects.exclude(working_on=None).values_list("dossier", flat=True)
        )

    def test_nobody_becomes_available_after_a_proposal(self):
        late = Placement.objects.filter(dossier__available_from__gt=F("proposed_on"))
        assert list(late.values_list("dossier__reference", flat=True)) == []

    def test_interests_with_shared_open_placements_are_matched(self):
        shared = Placement.objects.open().exclude(shared_on=None).values_list("interest", flat=True)
        matched = EmployerInterest.objects.filter(status=InterestStatus.MATCHED).values_list("pk", flat=True)
        assert set(matched) == set(shared) - set(
            EmployerInterest.objects.filter(status=InterestStatus.CLOSED).values_list("pk", flat=True)
        )

    def test_the_texts_of_the_evaluation_agree_with_its_figures(self):
        evaluation = Evaluation.objects.released().get()
        issues = [(issue.kind, issue.section, issue.found) for issue in find_issues(evaluation)]
        assert issues == []
        texts = " ".join(evaluation.texts.values_list("text", flat=True))
        # The public edition rounds counts, but not amounts and days.
        as_if_exact = r"(?<!ten minste )(?<!inder dan )(?<!€ )(?<![\d.,])\d+\b(?![.,]\d)(?! dagen| of \d+ weken| weken)"
        assert re.findall(as_if_exact, texts) == []
        advice = FindingCategory.objects.exclude(advice="").values_list("advice", flat=True)
        assert len(set(advice)) == 3

    def test_a_shared_placement_stores_the_shared_fields(self):
        placement = Placement.objects.exclude(shared_on=None).first()
        assert set(placement.shared) == set(SHARED_FIELDS)
        assert placement.shared["given_name"] == placement.dossier.given_name

    def test_each_placement_step_is_dated_in_the_history(self):
        for placement in Placement.objects.all():
            last = placement.reached_steps[-1][1]
            days = [timezone.localdate(step.history_date) for step in placement.history.all()]
            assert days[-1] == placement.proposed_on
            assert days[0] >= last
            assert timezone.localdate(placement.changed_at) == days[0]

    def test_only_closed_records_have_a_closing_reason(self):
        closed = Dossier.objects.exclude(pk__in=Dossier.objects.open())
        assert not Dossier.objects.open().exclude(closing_reason=None).exists()
        assert not closed.filter(closing_reason=None).exists()
        assert not EmployerInterest.objects.filter(status=InterestStatus.CLOSED, closing_reason=None).exists()

    def test_dossiers_are_supplied_by_either_organisation_or_by_both(self):
        azc, werkcorporatie = (
            set(Supply.objects.filter(organisation__name=name).values_list("dossier", flat=True))
            for name in ("AZC Luttelgeest", "Werkcorporatie")
        )
        assert azc - werkcorporatie
        assert werkcorporatie - azc
        assert azc & werkcorporatie
        assert len(azc | werkcorporatie) == Dossier.objects.count()

    def test_a_supply_stores_the_values_supplied_by_the_organisation(self):
        supply = Supply.objects.exclude(dossier__application_date=None).exclude(dossier__sectors=None).first()
        dossier = supply.dossier
        assert supply.values["family_name"] == dossier.family_name
        assert supply.values["date_of_birth"] == dossier.date_of_birth.isoformat()
        assert supply.values["sectors"] == list(dossier.sectors.order_by("name").values_list("name", flat=True))
        assert not {"notes", "status", "coordinator"} & supply.values.keys()
        assert supply.first_seen == dossier.created_at

    def test_pending_sign_ups_can_be_taken_over(self):
        waiting = EmployerInterest.objects.to_take_over()
        assert waiting.count() == 5
        assert not waiting.filter(confirmed_at=None).exists()
        assert EmployerInterest.objects.filter(status=InterestStatus.UNCONFIRMED, confirmed_at=None).count() == 4
        for interest in waiting:
            interest.take_over()
        assert Employer.objects.count() == 44  # one of the five sign-ups is of a known employer

    def test_the_history_of_a_dossier_has_its_status_changes(self):
        dossier = Dossier.objects.filter(status=Status.WORKING).first()
        steps = list(dossier.history.all())
        now, first = steps[0], steps[-1]
        assert [step.status for step in steps] == [Status.WORKING, Status.MATCHED, Status.AVAILABLE, Status.REGISTERED]
        assert [step.history_date for step in steps] == sorted((s.history_date for s in steps), reverse=True)
        assert now.history_date < timezone.now()
        assert first.sector_names == now.sector_names != ""
        assert now.history_user.username == "coordinator"
        assert (dossier.created_at, dossier.changed_at) == (first.history_date, now.history_date)

    def test_there_are_due_actions_with_and_without_an_owner(self):
        due = FollowUp.objects.due(self.today)
        assert {"document_ends", "work_right_lost", "sign_up_unanswered"} <= set(due.values_list("rule", flat=True))
        assert due.filter(owner__username="coordinator").exists() and due.filter(owner=None).exists()

    def test_the_public_edition_shows_the_results_of_the_pilot(self):
        letter = build_paper(Evaluation.objects.released().get(), PUBLIC)
        tables = {table.name: {row[0]: row[1:] for row in table.rows} for part in letter.parts for table in part.tables}
        assert tables["at_work"]["Mensen aan het werk op de laatste dag"] == ["15"]
        assert {"Taal", "Vervoer naar het werk", "Werkgever kent de regels niet"} < tables["barriers"].keys()
        assert tables["budget"]["Totaal"][2:] == ["€ 28.600,00", "€ 24.940,00"]
        assert tables["budget"]["Begeleiding"][2:] == ["–", "–"]  # the proposal does not split its budget
        assert "niet vermeld" not in str(letter)

    # Synthetic data

    def test_everyone_is_18_or_older(self):
        assert not Dossier.objects.filter(date_of_birth__gt=subtract_years(self.today, 18)).exists()

    def test_every_address_and_number_is_fictitious(self):
        contacts = list(EmployerInterest.objects.filter(employer=None).values_list("contact_given", flat=True))
        for model in (Dossier, Employer):
            contacts += model.objects.values("email", "phone")
        emails = [contact["email"] for contact in contacts if contact["email"]]
        phones = [contact["phone"] for contact in contacts if contact["phone"]]
        assert [email for email in emails if not email.endswith(("@example.org", ".example"))] == []
        assert [phone for phone in phones if not phone.startswith(("+31600000", "+31527000"))] == []
        assert not User.objects.exclude(email__endswith="@example.org").exists()
        assert not Employer.objects.exclude(kvk_number__startswith="0000").exists()

    def test_external_ids_do_not_overlap_with_the_example_spreadsheets(self):
        numbers = Supply.objects.filter(external_id__startswith="P").values_list("external_id", flat=True)
        assert min(int(number[1:]) for number in numbers) >= 2000

    # Logins

    def test_each_demo_user_can_log_in_and_is_in_its_group(self):
        for login in LOGINS:
            user = User.objects.get(username=login.username)
            assert self.client.login(username=login.username, password="pilot-demo")
            assert list(user.groups.values_list("name", flat=True)) == ([login.group] if login.group else [])
            assert user.is_superuser == (login.username == "admin")
            assert user.has_perm("wagtailadmin.access_admin")
            assert user.wagtail_userprofile.preferred_language == "nl"
            assert user.first_name == "Demo"

    def test_the_partner_is_staff_of_the_azc_only(self):
        partner = User.objects.get(username="partner")
        assert [organisation.name for organisation in Organisation.objects.of(partner)] == ["AZC Luttelgeest"]
        assert list(Organisation.objects.exclude(staff=None)) == list(Organisation.objects.of(partner))

    # Repeated runs

    def test_a_second_run_changes_nothing_and_reports_this(self):
        before = read_everything()
        output = load_demo()
        assert "staat er al" in output or "stands already" in output
        assert read_everything() == before

    def test_the_demo_counts_as_loaded_while_dossiers_remain(self):
        for model in (Expense, Finding, ContactMoment, Placement):  # records that refer to dossiers and employers
            model.objects.all().delete()
        Employer.objects.all().delete()
        assert demo_records.is_demo_loaded()
        Dossier.objects.all().delete()
        assert not demo_records.is_demo_loaded()


@override_settings(MODE="production")
def test_the_command_is_refused_in_production(db):
    before = read_everything()
    with pytest.raises(CommandError, match="MODE=production") as refusal:
        load_demo()
    assert "\n" not in str(refusal.value)
    assert read_everything() == before


def test_an_invalid_row_rolls_everything_back(db, monkeypatch):
    before = read_everything()
    first, second = read_rows("dossiers.csv")[:2]
    young = [first, second | {"date_of_birth": "-17y-350d"}]
    monkeypatch.setattr(demo_records, "read_rows", lambda name: young if name == "dossiers.csv" else read_rows(name))
    with pytest.raises(ValidationError, match="18"):
        load_demo()
    assert read_everything() == before


def test_an_incomplete_placement_step_rolls_everything_back(db, monkeypatch):
    before = read_everything()
    early = [row | {"permit_requested_on": ""} for row in read_rows("placements.csv")[:1]]
    monkeypatch.setattr(demo_records, "read_rows", lambda name: early if name == "placements.csv" else read_rows(name))
    with pytest.raises(StepRefused, match="vergunning"):
        load_demo()
    assert read_everything() == before


def test_the_demo_loads_on_a_leap_day_with_another_password_and_keeps_an_existing_user(
    db, monkeypatch, settings, client
):
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2028, 2, 29))
    settings.DEMO_PASSWORD = "another-one"
    User.objects.create_superuser("admin", "me@example.org", "my own secret")
    assert "another-one" in load_demo()
    assert client.login(username="reader", password="another-one")
    assert not client.login(username="reader", password="pilot-demo")
    assert client.login(username="admin", password="my own secret")
    assert not client.login(username="admin", password="another-one")
    assert Dossier.objects.latest("date_of_birth").date_of_birth <= subtract_years(date(2028, 2, 29), 18)


def test_the_demo_loads_after_a_leap_day_and_creates_missing_sectors_and_closing_reasons(db, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2031, 3, 1))
    Sector.objects.all().delete()
    ClosingReason.objects.all().delete()
    assert demo_records.load_demo(date(2031, 3, 1))["dossiers"] == 122
    assert Sector.objects.count() == 8
    assert Dossier.objects.filter(closing_reason__name="Werk gevonden").exists()
