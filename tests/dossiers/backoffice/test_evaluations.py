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


def evaluation_url(evaluation: Evaluation, name: str = "", *args) -> str:
    return reverse(f"dossiers_evaluation_{name}" if name else "dossiers_evaluation", args=[evaluation.pk, *args])


def press(client, evaluation: Evaluation, name: str, data: dict | None = None, **kwargs):
    """Open the page of the action, and press its button with these data."""
    address = evaluation_url(evaluation, name)
    seen = (client.get(address).context or {}).get("seen", "")
    return client.post(address, {"seen": seen, **(data or {})}, **kwargs)


@pytest.fixture
def frozen_evaluation(base_data, coordinator) -> Evaluation:
    for _number in range(7):
        make_dossier()
    make_dossier(expectation_talk_on=today())
    evaluation = Evaluation.objects.create(title="Tussenevaluatie", end=today(), reports=["funnel"])
    freeze(evaluation, coordinator)
    return evaluation


@pytest.fixture
def released_evaluation(frozen_evaluation, coordinator) -> Evaluation:
    save_section(frozen_evaluation, "summary", "Dit is de samenvatting.", coordinator, "")
    release(frozen_evaluation, coordinator)
    return frozen_evaluation


def test_an_evaluation_is_created_with_reports_in_the_chosen_order(coordinator_client):
    assert "Er is nog geen evaluatie" in text(coordinator_client.get(LIST))
    coordinator_client.post(NEW, SETTINGS | {"place_money": 1, "place_funnel": 2})
    evaluation = Evaluation.objects.get()
    assert evaluation.reports == ["money", "funnel"]
    assert "Nog niet bevroren" in text(coordinator_client.get(evaluation_url(evaluation)))
    assert "Tussenevaluatie" in text(coordinator_client.get(LIST))


def test_the_exported_list_names_who_released_each_evaluation(coordinator_client, released_evaluation):
    page = coordinator_client.get(LIST)
    assert reverse("dossiers_evaluations_export", args=["xlsx"]) in raw(page)
    (row,) = rows(coordinator_client.get(reverse("dossiers_evaluations_export", args=["csv"])))
    assert row["Evaluatie"] == "Tussenevaluatie" and row["Status"] == "vrijgegeven"
    assert row["Vrijgegeven"] and row["Vrijgegeven door"] == released_evaluation.released_by_name


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"place_funnel": ""}, "Geef ten minste één onderdeel een plaats"),
        ({"begin": "01-02-2026", "end": "01-01-2026"}, "Draai de twee dagen om"),
        ({"end": "01-01-2999"}, "moet nog komen"),
        ({"title": ""}, "verplicht"),
        ({"end": ""}, "verplicht"),
        ({"place_funnel": "99"}, "8"),
    ],
)
def test_invalid_settings_are_refused_with_the_reason(coordinator_client, changes, message):
    assert message in text(coordinator_client.post(NEW, SETTINGS | {"place_funnel": 1} | changes))
    assert not Evaluation.objects.exists()


def test_an_evaluation_of_one_sector_cannot_have_the_report_of_costs(coordinator_client):
    sector = Sector.objects.first().pk
    page_text = text(coordinator_client.post(NEW, SETTINGS | {"sector": sector, "place_funnel": 1, "place_money": 2}))
    assert "kan niet voor alleen dit deel" in page_text


def test_figures_can_be_frozen_again_and_changes_are_shown(coordinator_client, frozen_evaluation):
    assert "Bevroren op" in text(coordinator_client.get(evaluation_url(frozen_evaluation)))
    make_dossier()
    page_text = text(coordinator_client.post(evaluation_url(frozen_evaluation, "freeze"), follow=True))
    assert "De cijfers zijn bevroren" in page_text
    assert "Aangemeld, Kandidaten 8 9" in page_text and "anders dan de vorige keer" in page_text


def test_a_changed_period_requires_freezing_again(coordinator_client, frozen_evaluation):
    version = {"seen_at": frozen_evaluation.changed_at.isoformat()}
    saved_page = coordinator_client.post(
        evaluation_url(frozen_evaluation, "settings"),
        SETTINGS | version | {"title": "Anders", "place_funnel": 1},
        follow=True,
    )
    frozen_evaluation.refresh_from_db()
    assert (
        frozen_evaluation.state == "frozen"
        and frozen_evaluation.title == "Anders"
        and "Opgeslagen." in text(saved_page)
    )
    version = {"seen_at": frozen_evaluation.changed_at.isoformat()}
    changed_page = coordinator_client.post(
        evaluation_url(frozen_evaluation, "settings"),
        SETTINGS | version | {"begin": "01-01-2026", "place_funnel": 1},
        follow=True,
    )
    frozen_evaluation.refresh_from_db()
    assert frozen_evaluation.state == "draft" and "bevries ze opnieuw" in text(changed_page)
    assert frozen_evaluation.first_registered_on is None
    assert (frozen_evaluation.frozen, frozen_evaluation.frozen_in) == (None, {})


def test_a_section_is_written_beside_the_public_tables(coordinator_client, frozen_evaluation):
    shown = text(coordinator_client.get(evaluation_url(frozen_evaluation, "write", "funnel")))
    assert "Aangemeld 5" in shown and "minder dan 5" in shown
    answer = coordinator_client.post(
        evaluation_url(frozen_evaluation, "write", "funnel"), {"text": "Het ging goed.", "seen_at": ""}
    )
    assert answer.url == evaluation_url(frozen_evaluation, "write", "closing")
    assert "Het ging goed." in text(coordinator_client.get(evaluation_url(frozen_evaluation, "read", "public")))
    assert coordinator_client.get(evaluation_url(frozen_evaluation, "write", "verzonnen")).status_code == 404


def test_a_section_saved_by_somebody_else_meanwhile_is_shown(coordinator_client, frozen_evaluation, admin):
    save_section(frozen_evaluation, "summary", "Van de ander.", admin, "")
    page_text = coordinator_client.post(
        evaluation_url(frozen_evaluation, "write", "summary"), {"text": "Van mij.", "seen_at": ""}
    )
    assert (
        "Wat admin opsloeg" in text(page_text) and "Van de ander." in text(page_text) and "Van mij." in raw(page_text)
    )
    assert frozen_evaluation.texts.get().text == "Van de ander."
    version = page_text.context["form"]["seen_at"].value()
    assert version == seen_at(frozen_evaluation.texts.get())
    coordinator_client.post(
        evaluation_url(frozen_evaluation, "write", "summary"), {"text": "Van ons.", "seen_at": version, "leave": 1}
    )
    assert frozen_evaluation.texts.get().text == "Van ons."


def test_a_text_with_a_bsn_is_refused_and_stays_on_the_page(coordinator_client, frozen_evaluation):
    page_text = coordinator_client.post(
        evaluation_url(frozen_evaluation, "write", "summary"), {"text": "Nummer 111222333", "seen_at": ""}
    )
    assert not frozen_evaluation.texts.exists() and page_text.status_code == 200
    assert "error" in raw(page_text) and "Nummer 111222333" in raw(page_text)


def test_a_name_in_a_text_is_warned_about_when_the_text_is_saved(coordinator_client, frozen_evaluation):
    make_dossier(given_name="Ozgur", family_name="Yilmazer")
    address = evaluation_url(frozen_evaluation, "write", "summary")
    data = {"text": "Özgür Yılmazer heeft werk.", "seen_at": ""}
    page = text(coordinator_client.post(address, data, follow=True))
    assert frozen_evaluation.texts.get().text == data["text"]
    assert (
        page.count("is een naam van iemand die een dossier heeft") == 1
        and "“Özgür Yılmazer” is een naam van iemand die een dossier heeft" in page
    )
    data = {"text": "Iemand heeft werk.", "seen_at": seen_at(frozen_evaluation.texts.get())}
    assert "is een naam van iemand die een dossier heeft" not in text(
        coordinator_client.post(address, data, follow=True)
    )


def test_only_selected_findings_are_quoted_to_readers(coordinator_client, frozen_evaluation, coordinator):
    long = " ".join(["stap"] * 100)
    finding = make_finding(description="De uitleg was te moeilijk.", result=f"{long} klaar.", solved_on=today())
    finding.save()
    finding.confirm(coordinator)
    frozen_evaluation.reports = ["findings"]
    frozen_evaluation.save()
    freeze(frozen_evaluation, coordinator)
    shown = coordinator_client.get(evaluation_url(frozen_evaluation, "write", "findings"))
    ((box, _words),) = shown.context["form"].fields["cases"].choices
    form_text = text(shown)
    assert f"De uitleg was te moeilijk. {long} klaar." in form_text
    assert "De uitleg was te moeilijk." not in text(
        coordinator_client.get(evaluation_url(frozen_evaluation, "read", "public"))
    )
    data = {"text": "", "seen_at": "", "cases": [box]}
    coordinator_client.post(evaluation_url(frozen_evaluation, "write", "findings"), data)
    assert "De uitleg was te moeilijk." in text(
        coordinator_client.get(evaluation_url(frozen_evaluation, "read", "public"))
    )

    # A tick counts for the words that stood beside it.
    type(finding).objects.update(description="Selam begreep de uitleg niet.")
    freeze(frozen_evaluation, coordinator)
    page_text = text(coordinator_client.post(evaluation_url(frozen_evaluation, "write", "findings"), data))
    assert "Deze woorden zijn intussen veranderd." in page_text
    assert "Selam begreep" not in text(coordinator_client.get(evaluation_url(frozen_evaluation, "read", "public")))


def test_an_evaluation_is_released_after_its_issues_are_accepted(coordinator_client, frozen_evaluation, coordinator):
    for section in ("summary", "funnel"):
        save_section(frozen_evaluation, section, "Zie de tabel.", coordinator, "")
    question_page = coordinator_client.get(evaluation_url(frozen_evaluation, "release"))
    ((issue, title, url, _accepted),) = question_page.context["lines"]
    assert "Uw naam staat erin" in text(question_page) and "Tot slot Er staat geen tekst." in text(question_page)
    assert title == "Tot slot" and url == evaluation_url(frozen_evaluation, "write", "closing")
    refused = text(press(coordinator_client, frozen_evaluation, "release"))
    frozen_evaluation.refresh_from_db()
    assert "Niet vrijgegeven: 1 punt is nog niet geaccepteerd." in refused and frozen_evaluation.is_open
    press(coordinator_client, frozen_evaluation, "release", {"accepted": [issue.key]})
    frozen_evaluation.refresh_from_db()
    assert frozen_evaluation.state == "released" and frozen_evaluation.released_by == coordinator


def test_a_release_page_that_stood_open_releases_nothing_that_it_did_not_show(
    coordinator_client, frozen_evaluation, coordinator
):
    address = evaluation_url(frozen_evaluation, "release")
    page = coordinator_client.get(address)
    pressed = {
        "seen": page.context.get("seen", ""), "accepted": [issue.key for issue, *_line in page.context["lines"]]
    }  # fmt: skip
    save_section(frozen_evaluation, "funnel", "Andere tekst.", coordinator, "")
    Evaluation.objects.update(begin=today())
    make_dossier()
    freeze(frozen_evaluation, coordinator)
    again = coordinator_client.post(address, pressed)
    assert Evaluation.objects.get().is_open
    page_text = text(again)
    changed = again.context["changed"]
    assert "Sinds u deze pagina opende is veranderd: " in page_text and changed in page_text
    assert "de periode of de rapporten" in changed and "de cijfers" in changed and "de tekst “" in changed
    assert "de titel" not in changed and "op de website" not in changed
    assert any(accepted for *_line, accepted in again.context["lines"])  # the ticks at the other sections stay
    refused = coordinator_client.post(address, {"accepted": pressed["accepted"]})  # a page without a version
    assert refused.context["changed"] and Evaluation.objects.get().is_open

    Evaluation.objects.update(frozen_at=None, frozen=None)  # as other settings do
    page_text = text(coordinator_client.post(address, pressed, follow=True))
    assert "Bevries eerst de cijfers" in page_text
    freeze(frozen_evaluation, coordinator)
    lines = coordinator_client.get(address).context["lines"]
    press(coordinator_client, frozen_evaluation, "release", {"accepted": [issue.key for issue, *_line in lines]})
    assert Evaluation.objects.get().state == "released"


def test_a_page_that_stood_open_withdraws_and_deletes_nothing_that_it_did_not_show(
    coordinator_client, released_evaluation, coordinator
):
    draft = Evaluation.objects.create(title="Oktober", end=today(), reports=["period"])
    freeze(draft, coordinator)
    pages = {
        "withdraw": coordinator_client.get(evaluation_url(released_evaluation, "withdraw")),
        "delete": coordinator_client.get(evaluation_url(draft, "delete")),
    }
    save_section(draft, "summary", "Het werk van een collega.", coordinator, "")
    deleted = coordinator_client.post(
        evaluation_url(draft, "delete"), {"seen": pages["delete"].context.get("seen", "")}, follow=True
    )
    assert Evaluation.objects.filter(pk=draft.pk).exists() and "de tekst “Samenvatting”" in deleted.context["changed"]
    release(draft, coordinator)  # so that the website shows its figures
    seen = pages["withdraw"].context.get("seen", "")
    withdrawn = coordinator_client.post(
        evaluation_url(released_evaluation, "withdraw"), {"seen": seen, "because": "Een fout."}
    )
    assert "wat de website toont" in withdrawn.context["changed"] and "Een fout." in raw(withdrawn)
    assert Evaluation.objects.get(pk=released_evaluation.pk).state == "released"


def test_accepted_issues_stay_accepted_after_correcting_a_text(
    coordinator_client, as_user, colleague, frozen_evaluation, coordinator
):
    save_section(frozen_evaluation, "funnel", "Er waren 431 mensen.", coordinator, "")
    lines = coordinator_client.get(evaluation_url(frozen_evaluation, "release")).context["lines"]
    urls = {issue.kind: url for issue, _title, url, _accepted in lines}
    keys = [issue.key for issue, *_line in lines]
    assert set(urls) == {"empty", "number"} and urls["number"] == evaluation_url(frozen_evaluation, "write", "funnel")
    response = coordinator_client.post(
        evaluation_url(frozen_evaluation, "release"), {"accepted": [*keys, "made.up"], "leave": urls["number"]}
    )
    assert response.url == urls["number"] and Evaluation.objects.get().is_open

    save_section(
        frozen_evaluation, "funnel", "Er waren wel 431 mensen.", coordinator, seen_at(frozen_evaluation.texts.get())
    )
    shown = coordinator_client.get(evaluation_url(frozen_evaluation, "release"))
    ticked = {issue.kind: accepted for issue, _title, _url, accepted in shown.context["lines"]}
    assert ticked == {"empty": True, "number": False}  # those are other words
    assert f'value="{evaluation_url(frozen_evaluation)}"' in raw(shown)  # who goes back keeps them too
    colleague_page = as_user(colleague).get(evaluation_url(frozen_evaluation, "release"))
    assert not any(accepted for *_line, accepted in colleague_page.context["lines"])  # each accepts in their own name


def test_the_release_page_does_not_redirect_to_another_site(coordinator_client, frozen_evaluation):
    for elsewhere in ("https://example.org/", "//example.org", ""):
        answer = coordinator_client.post(evaluation_url(frozen_evaluation, "release"), {"leave": elsewhere})
        assert answer.url == evaluation_url(frozen_evaluation, "release")
    assert Evaluation.objects.get().is_open


def test_the_coordinator_chooses_the_evaluation_on_the_website(coordinator_client, released_evaluation, coordinator):
    """Releasing a letter about a shorter period changes no figures of the website unless that is asked."""
    later = Evaluation.objects.create(title="Oktober", begin=today(), end=today(), reports=["period"])
    freeze(later, coordinator)
    shown = coordinator_client.get(evaluation_url(later, "release"))
    assert not shown.context["on_website"] and "gaat over een deel van de pilot" in text(shown)
    assert f"Periode vanaf het begin (eerste registratie op {today():%d-%m-%Y})" in text(shown)
    assert "Kandidaten die zich aanmeldden niet getoond 5" in text(shown)
    keys = [issue.key for issue, *_line in shown.context["lines"]]
    coordinator_client.post(
        evaluation_url(later, "release"), {"accepted": keys, "on_website": "on", "leave": evaluation_url(later)}
    )
    assert coordinator_client.get(evaluation_url(later, "release")).context[
        "on_website"
    ]  # the tick stays while a text is corrected
    page_text = text(press(coordinator_client, later, "release", {"accepted": keys}, follow=True))
    assert "De cijfers op de website blijven zoals zij waren." in page_text
    assert get_evaluation_on_website() == released_evaluation

    assert "De website toont deze cijfers niet" in text(coordinator_client.get(evaluation_url(later, "withdraw")))
    assert "daarna toont die er geen" in text(coordinator_client.get(evaluation_url(released_evaluation, "withdraw")))
    Evaluation.objects.filter(pk=later.pk).update(on_website=True)
    withdraw_page = text(coordinator_client.get(evaluation_url(later, "withdraw")))
    assert "daarna toont die weer de cijfers van “Tussenevaluatie”" in withdraw_page and "Daarna" in withdraw_page


@pytest.mark.parametrize("name", ["settings", "freeze", "release", "delete"])
def test_a_released_evaluation_cannot_be_changed(coordinator_client, released_evaluation, name):
    page_text = text(
        coordinator_client.post(evaluation_url(released_evaluation, name), SETTINGS | {"place_money": 1}, follow=True)
    )
    assert "Deze evaluatie is vrijgegeven" in page_text
    evaluation = Evaluation.objects.get()
    assert (evaluation.released_at, evaluation.frozen_at) == (
        released_evaluation.released_at,
        released_evaluation.frozen_at,
    )


@pytest.fixture
def open_view(frozen_evaluation, coordinator, rf):
    """A view that read the evaluation before somebody else released it."""

    def make_view(view_class, **data):
        request = rf.post("/", data)
        request.user = coordinator
        view = view_class(request=request, args=(), kwargs={"pk": frozen_evaluation.pk})
        assert view.evaluation.is_open
        return view

    return make_view


def test_settings_saved_after_a_release_are_refused(open_view, frozen_evaluation, coordinator):
    view = open_view(SettingsView, **SETTINGS | {"title": "Anders", "place_money": 1})
    form = view.get_form()
    assert form.is_valid()
    release(frozen_evaluation, coordinator)
    answer = view.form_valid(form)
    assert "is vrijgegeven" in str(answer.context_data["form"].non_field_errors())
    evaluation = Evaluation.objects.get()
    assert (evaluation.title, evaluation.released_at, evaluation.public) == (
        frozen_evaluation.title,
        frozen_evaluation.released_at,
        frozen_evaluation.public,
    )


def test_settings_changed_by_somebody_else_meanwhile_are_refused(frozen_evaluation):
    form = EvaluationForm(SETTINGS | {"place_funnel": 1}, instance=Evaluation.objects.get())
    assert form.is_valid()
    frozen_evaluation.title = "Van een ander"
    frozen_evaluation.save()
    with pytest.raises(ValidationError, match="intussen"):
        form.save()
    assert Evaluation.objects.get().title == "Van een ander"


def test_saving_settings_leaves_other_fields_unchanged(frozen_evaluation):
    form = EvaluationForm(SETTINGS | {"place_funnel": 1}, instance=Evaluation.objects.get())
    assert form.is_valid()
    Evaluation.objects.update(frozen=[])  # as forgetting somebody does
    form.save()
    assert Evaluation.objects.get().frozen == []


def test_an_evaluation_released_meanwhile_is_not_deleted(open_view, frozen_evaluation, coordinator):
    view = open_view(DeleteView)
    release(frozen_evaluation, coordinator)
    with pytest.raises(ValidationError, match="is vrijgegeven"):
        view.perform()
    assert Evaluation.objects.get().state == "released"


def test_a_withdrawal_needs_a_reason(coordinator_client, released_evaluation):
    press(coordinator_client, released_evaluation, "withdraw", {"because": ""})
    assert Evaluation.objects.get().state == "released"
    page_text = text(
        press(coordinator_client, released_evaluation, "withdraw", {"because": "Een fout in de cijfers."}, follow=True)
    )
    assert Evaluation.objects.get().state == "withdrawn" and "Een fout in de cijfers." in page_text


def test_only_a_released_evaluation_offers_the_form_of_a_withdrawal(coordinator_client, frozen_evaluation):
    page_text = text(coordinator_client.get(evaluation_url(frozen_evaluation, "withdraw"), follow=True))
    assert "Alleen een vrijgegeven evaluatie kan worden ingetrokken." in page_text
    assert "Waarom u de evaluatie intrekt" not in page_text


def test_a_withdrawal_reason_with_a_bsn_or_a_name_is_refused(coordinator_client, released_evaluation):
    make_dossier(given_name="Samer")
    numbered = press(coordinator_client, released_evaluation, "withdraw", {"because": "BSN 123456782 staat erin."})
    assert "BSN 123456782 staat erin." in raw(numbered) and numbered.context["form"].errors["because"]
    named = press(coordinator_client, released_evaluation, "withdraw", {"because": "Samer staat erin."})
    assert "Samer staat erin." in raw(named) and "“Samer” is een naam van iemand met een dossier" in text(named)
    assert Evaluation.objects.get().state == "released"
    press(
        coordinator_client,
        released_evaluation,
        "withdraw",
        {"because": "Samer staat erin.", "names_confirmed": ["Samer"]},
    )
    assert Evaluation.objects.get().withdrawn_because == "Samer staat erin."


def test_a_reader_sees_that_an_evaluation_was_withdrawn_without_its_content(
    as_user, reader, partner, released_evaluation, coordinator
):
    withdraw(released_evaluation, coordinator, "Een fout in de cijfers.")
    client = as_user(reader)
    for address in (
        evaluation_url(released_evaluation),
        evaluation_url(released_evaluation, "read", "public"),
        evaluation_url(released_evaluation, "file", "public", "pdf"),
    ):
        answer = client.get(address)
        assert answer.status_code == 410 and f"ingetrokken op {today():%d-%m-%Y}" in text(answer)
        assert "Dit is de samenvatting." not in raw(answer) and "Een fout" not in raw(answer)
    listed = text(client.get(LIST))
    assert "De evaluatie “Tussenevaluatie” is ingetrokken op" in listed and "nog geen evaluatie" not in listed
    assert f"op {today():%d-%m-%Y}. Er is nu geen" in text(client.get("/beheer/"))
    draft = Evaluation.objects.create(title="Concept", reports=["funnel"])
    for address in (
        evaluation_url(released_evaluation, "read", "full"),
        evaluation_url(released_evaluation, "settings"),
        evaluation_url(draft),
        evaluation_url(released_evaluation, "withdraw"),
    ):
        assert client.get(address).status_code == 404, address
    assert client.post(evaluation_url(released_evaluation)).status_code in (404, 405)
    assert as_user(partner).get(evaluation_url(released_evaluation)).status_code in (302, 404)


def test_a_copied_evaluation_begins_with_the_texts_of_the_released_one(coordinator_client, released_evaluation):
    coordinator_client.post(evaluation_url(released_evaluation, "again"))
    new = Evaluation.objects.latest("pk")
    assert new != released_evaluation and new.texts.get().text == "Dit is de samenvatting."


def test_a_draft_is_deleted_after_a_question(coordinator_client, frozen_evaluation):
    assert "kan niet ongedaan" in text(coordinator_client.get(evaluation_url(frozen_evaluation, "delete")))
    press(coordinator_client, frozen_evaluation, "delete")
    assert not Evaluation.objects.exists()


@pytest.mark.parametrize("role", ["reader", "editor"])
def test_readers_see_released_evaluations_without_full_counts(as_user, request, frozen_evaluation, coordinator, role):
    client = as_user(request.getfixturevalue(role))
    assert "nog geen evaluatie vrijgegeven" in text(client.get(LIST))
    assert (
        client.get(evaluation_url(frozen_evaluation)).status_code
        == client.get(evaluation_url(frozen_evaluation, "read", "public")).status_code
        == 404
    )
    release(frozen_evaluation, coordinator)
    page_text = text(client.get(evaluation_url(frozen_evaluation)))
    assert "Hoe ver kandidaten kwamen" in page_text and "minder dan 5" in page_text
    assert "Verwachtingengesprek gehad 1" not in page_text and "Met volledige aantallen" not in page_text
    for address in (
        evaluation_url(frozen_evaluation, "read", "full"),
        evaluation_url(frozen_evaluation, "file", "full", "pdf"),
        evaluation_url(frozen_evaluation, "file", "full", "docx"),
        evaluation_url(frozen_evaluation, "settings"),
        evaluation_url(frozen_evaluation, "write", "summary"),
        evaluation_url(frozen_evaluation, "release"),
        evaluation_url(frozen_evaluation, "withdraw"),
    ):
        assert client.get(address).status_code == 404, address
    assert client.post(evaluation_url(frozen_evaluation, "withdraw"), {"because": "Zomaar"}).status_code == 404
    assert client.get(evaluation_url(frozen_evaluation, "file", "public", "pdf")).status_code == 200


@pytest.mark.parametrize("role", ["reader", "partner", "coordinator"])
def test_the_home_page_of_a_reader_links_to_the_released_evaluation(
    as_user, request, frozen_evaluation, coordinator, role
):
    client = as_user(request.getfixturevalue(role))
    reads = role == "reader"
    home = reverse("wagtailadmin_home")
    assert ("nog geen evaluatie vrijgegeven" in text(client.get(home))) == reads
    release(frozen_evaluation, coordinator)
    assert (f'href="{evaluation_url(frozen_evaluation)}"' in raw(client.get(home))) == reads


def test_a_reader_with_permission_sees_full_counts(as_user, reader, released_evaluation):
    from django.contrib.auth.models import Permission

    reader.user_permissions.add(Permission.objects.get(codename="read_full_evaluation"))
    page_text = text(as_user(reader).get(evaluation_url(released_evaluation, "read", "full")))
    assert "Volledige aantallen" in page_text and "Verwachtingengesprek gehad 1" in page_text


def test_partners_see_no_evaluations(as_user, partner, released_evaluation):
    client = as_user(partner)
    assert client.get(LIST).status_code in (302, 404) and client.get(
        evaluation_url(released_evaluation)
    ).status_code in (302, 404)


@pytest.mark.parametrize(("format", "begins"), [("pdf", b"%PDF"), ("docx", b"PK")])
@pytest.mark.parametrize("edition", ["public", "full"])
def test_both_editions_can_be_downloaded_and_are_logged(coordinator_client, frozen_evaluation, format, begins, edition):
    answer = coordinator_client.get(evaluation_url(frozen_evaluation, "file", edition, format))
    assert b"".join(answer.streaming_content).startswith(begins)
    assert f".{format}" in answer["Content-Disposition"] and "no-store" in answer["Cache-Control"]
    assert ("volledige-aantallen" in answer["Content-Disposition"]) == (edition == "full")
    assert f"_tm-{today()}.{format}" in answer["Content-Disposition"], "the period"
    entry = AccessLogEntry.objects.latest("pk")
    assert entry.what == AccessLogEntry.What.EXPORTED
    edition_words = {"public": "voor anderen", "full": "met volledige aantallen"}[edition]
    assert entry.detail == f"{'Word' if format == 'docx' else 'PDF'}, {edition_words}"


def test_a_missing_edition_or_format_is_not_found(coordinator_client, frozen_evaluation):
    for args in (("verzonnen", "pdf"), ("public", "exe")):
        assert coordinator_client.get(evaluation_url(frozen_evaluation, "file", *args)).status_code == 404
    draft = Evaluation.objects.create(title="Concept", reports=["funnel"])
    assert coordinator_client.get(evaluation_url(draft, "file", "public", "pdf")).status_code == 404
    assert "Concept" in text(coordinator_client.get(evaluation_url(draft)))


def test_without_frozen_figures_there_is_no_letter_to_read_or_to_release(coordinator_client):
    draft = Evaluation.objects.create(title="Concept", reports=["funnel"])
    for address in (
        evaluation_url(draft, "release"),
        evaluation_url(draft, "read", "public"),
        evaluation_url(draft, "read", "full"),
    ):
        page_text = text(coordinator_client.get(address, follow=True))
        assert "Bevries eerst de cijfers" in page_text and "Niets gevonden om te verbeteren" not in page_text
    assert "Bevries eerst de cijfers" in text(coordinator_client.post(evaluation_url(draft, "release"), follow=True))
    assert Evaluation.objects.get().is_open


def test_the_list_has_a_constant_number_of_queries(coordinator_client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count_queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            coordinator_client.get(LIST)
        return len(captured)

    Evaluation.objects.create(title="Een", reports=["funnel"], sector=Sector.objects.first())
    count_queries()
    query_count = count_queries()
    for number in range(10):
        Evaluation.objects.create(title=f"Nog {number}", reports=["funnel"], sector=Sector.objects.first())
    assert count_queries() == query_count
