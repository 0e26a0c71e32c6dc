"""Tests of creating, writing, freezing, releasing and reading evaluations."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from access_log.models import AccessLogEntry
from dossiers.backoffice.evaluations.actions import DeleteView, SettingsView
from dossiers.backoffice.evaluations.forms import EvaluationForm
from dossiers.models import Evaluation, Sector
from dossiers.reports.evaluations import freeze, save_section, seen_at, withdraw
from dossiers.reports.release import release
from dossiers.reports.website import get_evaluation_on_website

from ..models.factories import make_dossier
from ..models.placements import today
from ..models.test_activity import make_finding
from .pages import raw, text
from .test_exports import rows

LIST, NEW = reverse("dossiers_evaluations"), reverse("dossiers_evaluation_new")
SETTINGS = {"title": "Tussenevaluatie", "kind": "interim", "begin": "", "end": f"{today():%d-%m-%Y}"}


def page(one: Evaluation, name: str = "", *args) -> str:
    return reverse(f"dossiers_evaluation_{name}" if name else "dossiers_evaluation", args=[one.pk, *args])


@pytest.fixture
def frozen(base_data, coordinator) -> Evaluation:
    for _number in range(7):
        make_dossier()
    make_dossier(expectation_talk_on=today())
    evaluation = Evaluation.objects.create(title="Tussenevaluatie", end=today(), reports=["funnel"])
    freeze(evaluation, coordinator)
    return evaluation


@pytest.fixture
def released(frozen, coordinator) -> Evaluation:
    save_section(frozen, "summary", "Dit is de samenvatting.", coordinator, "")
    release(frozen, coordinator)
    return frozen


def test_one_makes_an_evaluation_with_reports_in_an_order_of_ones_own(coordinator_client):
    assert "Er is nog geen evaluatie" in text(coordinator_client.get(LIST))
    coordinator_client.post(NEW, SETTINGS | {"place_money": 1, "place_funnel": 2})
    evaluation = Evaluation.objects.get()
    assert evaluation.reports == ["money", "funnel"]
    assert "Nog niet bevroren" in text(coordinator_client.get(page(evaluation)))
    assert "Tussenevaluatie" in text(coordinator_client.get(LIST))


def test_the_list_goes_out_with_who_released_what(coordinator_client, released):
    page = coordinator_client.get(LIST)
    assert reverse("dossiers_evaluations_export", args=["xlsx"]) in raw(page)
    (row,) = rows(coordinator_client.get(reverse("dossiers_evaluations_export", args=["csv"])))
    assert row["Evaluatie"] == "Tussenevaluatie" and row["Status"] == "vrijgegeven"
    assert row["Vrijgegeven"] and row["Vrijgegeven door"] == released.released_by_name


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"place_funnel": ""}, "Geef ten minste één onderdeel een plaats"),
        ({"begin": "01-02-2026", "end": "01-01-2026"}, "Draai de twee dagen om"),
        ({"end": "01-01-2999"}, "moet nog komen"),
        ({"title": ""}, "verplicht"),
        ({"end": ""}, "verplicht"),
        ({"place_funnel": "99"}, "8"),
    ],
)
def test_what_makes_no_evaluation_is_told(coordinator_client, given, why):
    assert why in text(coordinator_client.post(NEW, SETTINGS | {"place_funnel": 1} | given))
    assert not Evaluation.objects.exists()


def test_costs_can_not_be_told_of_one_sector(coordinator_client):
    sector = Sector.objects.first().pk
    page_text = text(coordinator_client.post(NEW, SETTINGS | {"sector": sector, "place_funnel": 1, "place_money": 2}))
    assert "kan niet voor dit deel alleen" in page_text


def test_figures_are_frozen_with_one_press_and_again_with_what_changed(coordinator_client, frozen):
    assert "Bevroren op" in text(coordinator_client.get(page(frozen)))
    make_dossier()
    page_text = text(coordinator_client.post(page(frozen, "freeze"), follow=True))
    assert "De cijfers zijn bevroren" in page_text
    assert "Aangemeld, Kandidaten 8 9" in page_text and "anders dan de vorige keer" in page_text


def test_another_period_asks_to_freeze_again(coordinator_client, frozen):
    seen = {"seen_at": frozen.changed_at.isoformat()}
    kept = coordinator_client.post(
        page(frozen, "settings"), SETTINGS | seen | {"title": "Anders", "place_funnel": 1}, follow=True
    )
    frozen.refresh_from_db()
    assert frozen.state == "frozen" and frozen.title == "Anders" and "Opgeslagen." in text(kept)
    seen = {"seen_at": frozen.changed_at.isoformat()}
    told = coordinator_client.post(
        page(frozen, "settings"), SETTINGS | seen | {"begin": "01-01-2026", "place_funnel": 1}, follow=True
    )
    frozen.refresh_from_db()
    assert frozen.state == "draft" and "bevries ze opnieuw" in text(told)
    assert frozen.first_registered_on is None
    assert (frozen.frozen, frozen.frozen_in) == (None, {})


def test_a_section_is_written_beside_the_tables_that_others_read(coordinator_client, frozen):
    shown = text(coordinator_client.get(page(frozen, "write", "funnel")))
    assert "Aangemeld 5" in shown and "minder dan 5" in shown
    answer = coordinator_client.post(page(frozen, "write", "funnel"), {"text": "Het ging goed.", "seen_at": ""})
    assert answer.url == page(frozen, "write", "closing")
    assert "Het ging goed." in text(coordinator_client.get(page(frozen, "read", "public")))
    assert coordinator_client.get(page(frozen, "write", "verzonnen")).status_code == 404


def test_two_who_write_in_one_section_see_what_the_other_saved(coordinator_client, frozen, admin):
    save_section(frozen, "summary", "Van de ander.", admin, "")
    told = coordinator_client.post(page(frozen, "write", "summary"), {"text": "Van mij.", "seen_at": ""})
    assert "Wat admin opsloeg" in text(told) and "Van de ander." in text(told) and "Van mij." in raw(told)
    assert frozen.texts.get().text == "Van de ander."
    seen = told.context["form"]["seen_at"].value()
    assert seen == seen_at(frozen.texts.get())
    coordinator_client.post(page(frozen, "write", "summary"), {"text": "Van ons.", "seen_at": seen, "leave": 1})
    assert frozen.texts.get().text == "Van ons."


def test_a_text_with_a_number_that_may_not_be_kept_stays_on_the_screen(coordinator_client, frozen):
    told = coordinator_client.post(page(frozen, "write", "summary"), {"text": "Nummer 111222333", "seen_at": ""})
    assert not frozen.texts.exists() and told.status_code == 200
    assert "error" in raw(told) and "Nummer 111222333" in raw(told)


def test_the_words_of_a_finding_are_chosen_for_others(coordinator_client, frozen, coordinator):
    long = " ".join(["stap"] * 100)
    finding = make_finding(description="De uitleg was te moeilijk.", result=f"{long} klaar.", solved_on=today())
    finding.save()
    finding.confirm(coordinator)
    frozen.reports = ["findings"]
    frozen.save()
    freeze(frozen, coordinator)
    shown = coordinator_client.get(page(frozen, "write", "findings"))
    ((box, _words),) = shown.context["form"].fields["cases"].choices
    beside_its_box = text(shown)
    assert f"De uitleg was te moeilijk. {long} klaar." in beside_its_box
    assert "De uitleg was te moeilijk." not in text(coordinator_client.get(page(frozen, "read", "public")))
    ticked = {"text": "", "seen_at": "", "cases": [box]}
    coordinator_client.post(page(frozen, "write", "findings"), ticked)
    assert "De uitleg was te moeilijk." in text(coordinator_client.get(page(frozen, "read", "public")))

    # A tick counts for the words that stood beside it.
    type(finding).objects.update(description="Selam begreep de uitleg niet.")
    freeze(frozen, coordinator)
    page_text = text(coordinator_client.post(page(frozen, "write", "findings"), ticked))
    assert "Deze woorden zijn intussen veranderd." in page_text
    assert "Selam begreep" not in text(coordinator_client.get(page(frozen, "read", "public")))


def test_it_is_released_in_ones_own_name_after_a_question(coordinator_client, frozen, coordinator):
    for section in ("summary", "funnel"):
        save_section(frozen, section, "Zie de tabel.", coordinator, "")
    asked = coordinator_client.get(page(frozen, "release"))
    ((issue, title, url, _accepted),) = asked.context["lines"]
    assert "Uw naam staat erin" in text(asked) and "Tot slot Er staat geen tekst." in text(asked)
    assert title == "Tot slot" and url == page(frozen, "write", "closing")
    refused = text(coordinator_client.post(page(frozen, "release")))
    frozen.refresh_from_db()
    assert "Niet vrijgegeven: 1 punt is nog niet geaccepteerd." in refused and frozen.is_open
    coordinator_client.post(page(frozen, "release"), {"accepted": [issue.key]})
    frozen.refresh_from_db()
    assert frozen.state == "released" and frozen.released_by == coordinator


def test_ticks_of_what_may_stay_are_there_again_after_mending_a_text(
    coordinator_client, as_user, colleague, frozen, coordinator
):
    save_section(frozen, "funnel", "Er waren 431 mensen.", coordinator, "")
    lines = coordinator_client.get(page(frozen, "release")).context["lines"]
    urls = {issue.kind: url for issue, _title, url, _accepted in lines}
    keys = [issue.key for issue, *_line in lines]
    assert set(urls) == {"empty", "number"} and urls["number"] == page(frozen, "write", "funnel")
    left = coordinator_client.post(page(frozen, "release"), {"accepted": [*keys, "made.up"], "leave": urls["number"]})
    assert left.url == urls["number"] and Evaluation.objects.get().is_open

    save_section(frozen, "funnel", "Er waren wel 431 mensen.", coordinator, seen_at(frozen.texts.get()))
    shown = coordinator_client.get(page(frozen, "release"))
    ticked = {issue.kind: accepted for issue, _title, _url, accepted in shown.context["lines"]}
    assert ticked == {"empty": True, "number": False}  # those are other words
    assert f'value="{page(frozen)}"' in raw(shown)  # who goes back keeps them too
    others = as_user(colleague).get(page(frozen, "release"))
    assert not any(accepted for *_line, accepted in others.context["lines"])  # each accepts in their own name


def test_nobody_is_sent_elsewhere_from_the_list_of_what_is_to_be_mended(coordinator_client, frozen):
    for elsewhere in ("https://example.org/", "//example.org", ""):
        answer = coordinator_client.post(page(frozen, "release"), {"leave": elsewhere})
        assert answer.url == page(frozen, "release")
    assert Evaluation.objects.get().is_open


def test_the_coordinator_sees_and_chooses_what_the_website_shows(coordinator_client, released, coordinator):
    """Releasing a letter about a shorter period changes no figures of the website unless that is asked."""
    later = Evaluation.objects.create(title="Oktober", begin=today(), end=today(), reports=["period"])
    freeze(later, coordinator)
    shown = coordinator_client.get(page(later, "release"))
    assert not shown.context["on_website"] and "gaat over een deel van de pilot" in text(shown)
    assert f"Periode vanaf het begin (eerste registratie op {today():%d-%m-%Y})" in text(shown)
    assert "Kandidaten die zich aanmeldden niet getoond 5" in text(shown)
    keys = [issue.key for issue, *_line in shown.context["lines"]]
    coordinator_client.post(page(later, "release"), {"accepted": keys, "on_website": "on", "leave": page(later)})
    assert coordinator_client.get(page(later, "release")).context[
        "on_website"
    ]  # the tick stays while a text is corrected
    page_text = text(coordinator_client.post(page(later, "release"), {"accepted": keys}, follow=True))
    assert "De cijfers op de website blijven zoals zij waren." in page_text
    assert get_evaluation_on_website() == released

    assert "De website toont deze cijfers niet" in text(coordinator_client.get(page(later, "withdraw")))
    assert "daarna toont die er geen" in text(coordinator_client.get(page(released, "withdraw")))
    Evaluation.objects.filter(pk=later.pk).update(on_website=True)
    asked = text(coordinator_client.get(page(later, "withdraw")))
    assert "daarna toont die weer de cijfers van “Tussenevaluatie”" in asked and "Daarna" in asked


@pytest.mark.parametrize("name", ["settings", "freeze", "release", "delete"])
def test_a_released_one_can_not_be_changed(coordinator_client, released, name):
    page_text = text(coordinator_client.post(page(released, name), SETTINGS | {"place_money": 1}, follow=True))
    assert "Deze evaluatie is vrijgegeven" in page_text
    again = Evaluation.objects.get()
    assert (again.released_at, again.frozen_at) == (released.released_at, released.frozen_at)


@pytest.fixture
def released_since(frozen, coordinator, rf):
    """A view that read the evaluation before somebody else released it."""

    def opened(view_class, **given):
        request = rf.post("/", given)
        request.user = coordinator
        view = view_class(request=request, args=(), kwargs={"pk": frozen.pk})
        assert view.evaluation.is_open
        return view

    return opened


def test_settings_saved_after_a_release_leave_it_as_it_was_released(released_since, frozen, coordinator):
    view = released_since(SettingsView, **SETTINGS | {"title": "Anders", "place_money": 1})
    form = view.get_form()
    assert form.is_valid()
    release(frozen, coordinator)
    answer = view.form_valid(form)
    assert "is vrijgegeven" in str(answer.context_data["form"].non_field_errors())
    again = Evaluation.objects.get()
    assert (again.title, again.released_at, again.public) == (frozen.title, frozen.released_at, frozen.public)


def test_settings_saved_after_somebody_else_saved_them_are_refused(frozen):
    form = EvaluationForm(SETTINGS | {"place_funnel": 1}, instance=Evaluation.objects.get())
    assert form.is_valid()
    frozen.title = "Van een ander"
    frozen.save()
    with pytest.raises(ValidationError, match="intussen"):
        form.save()
    assert Evaluation.objects.get().title == "Van een ander"


def test_settings_write_back_nothing_that_is_not_in_the_form(frozen):
    form = EvaluationForm(SETTINGS | {"place_funnel": 1}, instance=Evaluation.objects.get())
    assert form.is_valid()
    Evaluation.objects.update(frozen=[])  # as forgetting somebody does
    form.save()
    assert Evaluation.objects.get().frozen == []


def test_a_release_after_the_question_keeps_it_from_being_deleted(released_since, frozen, coordinator):
    view = released_since(DeleteView)
    release(frozen, coordinator)
    with pytest.raises(ValidationError, match="is vrijgegeven"):
        view.perform()
    assert Evaluation.objects.get().state == "released"


def test_it_is_withdrawn_with_a_reason(coordinator_client, released):
    coordinator_client.post(page(released, "withdraw"), {"because": ""})
    assert Evaluation.objects.get().state == "released"
    page_text = text(
        coordinator_client.post(page(released, "withdraw"), {"because": "Een fout in de cijfers."}, follow=True)
    )
    assert Evaluation.objects.get().state == "withdrawn" and "Een fout in de cijfers." in page_text


def test_a_reason_with_a_name_or_a_number_of_a_person_is_refused_beside_the_text(coordinator_client, released):
    make_dossier(given_name="Samer")
    address = page(released, "withdraw")
    numbered = coordinator_client.post(address, {"because": "BSN 123456782 staat erin."})
    assert "BSN 123456782 staat erin." in raw(numbered) and numbered.context["form"].errors["because"]
    named = coordinator_client.post(address, {"because": "Samer staat erin."})
    assert "Samer staat erin." in raw(named) and "“Samer” is een naam van iemand met een dossier" in text(named)
    assert Evaluation.objects.get().state == "released"
    coordinator_client.post(address, {"because": "Samer staat erin.", "names_confirmed": ["Samer"]})
    assert Evaluation.objects.get().withdrawn_because == "Samer staat erin."


def test_a_reader_is_told_that_a_letter_was_withdrawn_and_nothing_of_it(
    as_user, reader, partner, released, coordinator
):
    withdraw(released, coordinator, "Een fout in de cijfers.")
    client = as_user(reader)
    for address in (page(released), page(released, "read", "public"), page(released, "file", "public", "pdf")):
        answer = client.get(address)
        assert answer.status_code == 410 and f"ingetrokken op {today():%d-%m-%Y}" in text(answer)
        assert "Dit is de samenvatting." not in raw(answer) and "Een fout" not in raw(answer)
    listed = text(client.get(LIST))
    assert "De evaluatie “Tussenevaluatie” is ingetrokken op" in listed and "nog geen evaluatie" not in listed
    assert f"op {today():%d-%m-%Y}. Er is nu geen" in text(client.get("/beheer/"))
    draft = Evaluation.objects.create(title="Concept", reports=["funnel"])
    for address in (
        page(released, "read", "full"),
        page(released, "settings"),
        page(draft),
        page(released, "withdraw"),
    ):
        assert client.get(address).status_code == 404, address
    assert client.post(page(released)).status_code in (404, 405)
    assert as_user(partner).get(page(released)).status_code in (302, 404)


def test_a_new_one_begins_with_the_texts_of_a_released_one(coordinator_client, released):
    coordinator_client.post(page(released, "again"))
    new = Evaluation.objects.latest("pk")
    assert new != released and new.texts.get().text == "Dit is de samenvatting."


def test_a_draft_is_deleted_after_a_question(coordinator_client, frozen):
    assert "kan niet ongedaan" in text(coordinator_client.get(page(frozen, "delete")))
    coordinator_client.post(page(frozen, "delete"))
    assert not Evaluation.objects.exists()


@pytest.mark.parametrize("role", ["reader", "editor"])
def test_readers_read_what_is_released_and_not_the_full_counts(as_user, request, frozen, coordinator, role):
    client = as_user(request.getfixturevalue(role))
    assert "nog geen evaluatie vrijgegeven" in text(client.get(LIST))
    assert client.get(page(frozen)).status_code == client.get(page(frozen, "read", "public")).status_code == 404
    release(frozen, coordinator)
    page_text = text(client.get(page(frozen)))
    assert "Hoe ver kandidaten kwamen" in page_text and "minder dan 5" in page_text
    assert "Verwachtingengesprek gehad 1" not in page_text and "Met volledige aantallen" not in page_text
    for address in (
        page(frozen, "read", "full"),
        page(frozen, "file", "full", "pdf"),
        page(frozen, "file", "full", "docx"),
        page(frozen, "settings"),
        page(frozen, "write", "summary"),
        page(frozen, "release"),
        page(frozen, "withdraw"),
    ):
        assert client.get(address).status_code == 404, address
    assert client.post(page(frozen, "withdraw"), {"because": "Zomaar"}).status_code == 404
    assert client.get(page(frozen, "file", "public", "pdf")).status_code == 200


@pytest.mark.parametrize("role", ["reader", "partner", "coordinator"])
def test_the_first_screen_of_who_only_reads_leads_to_what_was_released(as_user, request, frozen, coordinator, role):
    client = as_user(request.getfixturevalue(role))
    reads = role == "reader"
    home = reverse("wagtailadmin_home")
    assert ("nog geen evaluatie vrijgegeven" in text(client.get(home))) == reads
    release(frozen, coordinator)
    assert (f'href="{page(frozen)}"' in raw(client.get(home))) == reads


def test_who_was_given_it_reads_full_counts_of_released_ones(as_user, reader, released):
    from django.contrib.auth.models import Permission

    reader.user_permissions.add(Permission.objects.get(codename="read_full_evaluation"))
    page_text = text(as_user(reader).get(page(released, "read", "full")))
    assert "Volledige aantallen" in page_text and "Verwachtingengesprek gehad 1" in page_text


def test_partners_have_none(as_user, partner, released):
    client = as_user(partner)
    assert client.get(LIST).status_code in (302, 404) and client.get(page(released)).status_code in (302, 404)


@pytest.mark.parametrize(("format", "begins"), [("pdf", b"%PDF"), ("docx", b"PK")])
@pytest.mark.parametrize("edition", ["public", "full"])
def test_both_editions_go_out_as_files_and_that_is_noted(coordinator_client, frozen, format, begins, edition):
    answer = coordinator_client.get(page(frozen, "file", edition, format))
    assert b"".join(answer.streaming_content).startswith(begins)
    assert f".{format}" in answer["Content-Disposition"] and "no-store" in answer["Cache-Control"]
    assert ("volledige-aantallen" in answer["Content-Disposition"]) == (edition == "full")
    assert f"_tm-{today()}.{format}" in answer["Content-Disposition"], "the period"
    look = AccessLogEntry.objects.latest("pk")
    assert look.what == AccessLogEntry.What.EXPORTED and edition in look.detail


def test_there_is_no_file_of_what_is_not_there(coordinator_client, frozen):
    for args in (("verzonnen", "pdf"), ("public", "exe")):
        assert coordinator_client.get(page(frozen, "file", *args)).status_code == 404
    draft = Evaluation.objects.create(title="Concept", reports=["funnel"])
    assert coordinator_client.get(page(draft, "file", "public", "pdf")).status_code == 404
    assert "Concept" in text(coordinator_client.get(page(draft)))


def test_without_frozen_figures_there_is_no_letter_to_read_or_to_release(coordinator_client):
    draft = Evaluation.objects.create(title="Concept", reports=["funnel"])
    for address in (page(draft, "release"), page(draft, "read", "public"), page(draft, "read", "full")):
        told = text(coordinator_client.get(address, follow=True))
        assert "Bevries eerst de cijfers" in told and "Niets gevonden om te verbeteren" not in told
    assert "Bevries eerst de cijfers" in text(coordinator_client.post(page(draft, "release"), follow=True))
    assert Evaluation.objects.get().is_open


def test_the_list_asks_no_more_of_the_database_with_more_evaluations(coordinator_client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            coordinator_client.get(LIST)
        return len(captured)

    Evaluation.objects.create(title="Een", reports=["funnel"], sector=Sector.objects.first())
    queries()
    few = queries()
    for number in range(10):
        Evaluation.objects.create(title=f"Nog {number}", reports=["funnel"], sector=Sector.objects.first())
    assert queries() == few
