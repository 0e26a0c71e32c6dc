"""The form of a check in the backoffice, and the check in the read API and in the search."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from dossiers.models.rights import COMMUNICATIONS, apply_rights
from pilot_pages.models import CheckPage, HomePage
from tests.pilot_pages.checker.trees import build_small_tree, question, tree_value


@pytest.fixture
def editor_at_work(client: Client, check: CheckPage) -> Client:
    apply_rights()
    user = get_user_model().objects.create_user("editor", "editor@example.nl")
    user.groups.add(Group.objects.get(name=COMMUNICATIONS))
    client.force_login(user)
    return client


def build_form_data(*entries: tuple[str, dict[str, Any]], **more: str) -> dict[str, Any]:
    """Return the POST data of the editor's form."""
    fields = {
        "title": "Mag dit?", "slug": "klein", "intro": "Dat weet u zo.", "drawing": "", "body": streamfield([]),
        "tree": streamfield(list(entries)), "comments": inline_formset([]), "next_page": "",
    }  # fmt: skip
    return nested_form_data(fields) | more


def build_question(name: str, *answers: tuple[str, str]) -> tuple[str, dict[str, Any]]:
    answer_rows = [{"answer": words, "to": to, "hint": "", "address": ""} for words, to in answers]
    rows = streamlist(answer_rows)
    return "question", {
        "name": name, "question": f"Vraag {name}?", "explanation": rich_text(""), "facts": streamlist([]),
        "answers": rows,
    }  # fmt: skip


def streamlist(items: list[Any]) -> dict[str, Any]:
    """Return the POST data of a ListBlock."""
    rows = {
        str(index): {"value": item, "deleted": "", "order": str(index), "id": ""} for index, item in enumerate(items)
    }
    return {"count": str(len(items)), **rows}


def build_outcome(name: str) -> tuple[str, dict[str, Any]]:
    return "outcome", {
        "name": name, "sign": "yes", "heading": f"Ja, {name}.", "summary": "Zo.", "body": streamfield([]),
        "sign_up": "on",
    }  # fmt: skip


def edit_url(check: CheckPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[check.pk])


def test_the_form_has_a_diagram_of_the_check_above_it(editor_at_work: Client, check: CheckPage) -> None:
    html = editor_at_work.get(edit_url(check)).content.decode()
    assert 'class="check-map__drawing"' in html
    assert "check-tree__answer" in html
    assert "check-targets.js" in html
    assert "zoals die bewaard was toen u deze pagina opende" in html


def test_each_question_and_answer_of_the_diagram_links_to_its_block(editor_at_work: Client, check: CheckPage) -> None:
    first = CheckPage.objects.get(pk=check.pk).tree[0]
    answer = first.value["answers"].bound_blocks[0]
    html = editor_at_work.get(edit_url(check)).content.decode()
    for name, block in (("loon", first), ("Betaald", answer)):
        # once in the drawing and once in the list
        assert len(re.findall(rf'href="#block-{block.id}-section" target="_top">{name}</a>', html)) == 2
    check.tree = tree_value(question("een", {"Ja": "een"}))
    check.tree[0].id = "7"
    preview = check.make_preview_request(RequestFactory().get("/"), "/overview").content.decode()
    assert f'href="{edit_url(check)}#block-7-section"' in preview


def test_an_editor_publishes_a_check(editor_at_work: Client, check: CheckPage) -> None:
    data = build_form_data(
        build_question("een", ("Ja", "a"), ("Nee", "b")),
        build_outcome("a"),
        build_outcome("b"),
        **{"action-publish": "1"},
    )
    assert editor_at_work.post(edit_url(check), data).status_code == 302
    saved = CheckPage.objects.get(pk=check.pk)
    assert [answer["address"] for answer in saved.tree[0].value["answers"]] == ["een-ja", "een-nee"]
    assert editor_at_work.get("/klein/een-nee/").status_code == 200


def test_publishing_a_dead_end_is_refused_with_an_error_at_the_answer(editor_at_work: Client, check: CheckPage) -> None:
    data = build_form_data(
        build_question("een", ("Ja", "a"), ("Nee", "weg")), build_outcome("a"), **{"action-publish": "1"}
    )
    response = editor_at_work.post(edit_url(check), data)
    assert response.status_code == 200
    error = response.context["form"].errors.as_data()["tree"][0]
    assert list(error.block_errors[0].block_errors["answers"].block_errors) == [1]
    assert CheckPage.objects.get(pk=check.pk).tree[0].value["name"] == "loon"


def test_an_incomplete_draft_can_be_saved_and_lists_its_problems(editor_at_work: Client, check: CheckPage) -> None:
    data = build_form_data(build_question("een", ("Ja", "weg"), ("", "")))
    assert editor_at_work.post(edit_url(check), data).status_code == 302
    html = editor_at_work.get(edit_url(check)).content.decode()
    assert "“weg” bestaat niet." in html
    assert "Er is nog geen uitkomst." in html
    assert editor_at_work.get("/klein/loon-betaald/").status_code == 200


def test_each_question_each_outcome_and_the_whole_diagram_have_a_preview(check: CheckPage) -> None:
    html_by_mode = {}
    for mode, _label in check.preview_modes:
        response = check.make_preview_request(RequestFactory().get("/"), mode)
        assert response.status_code == 200
        html_by_mode[mode] = response.content.decode()
    assert list(html_by_mode) == ["", "loon", "wachttijd", "mag", "wacht", "/overview"]
    assert "Vraag wachttijd?" in html_by_mode["wachttijd"] and "Ja, wacht." in html_by_mode["wacht"]
    assert "check-tree__answers" in html_by_mode["/overview"]


def test_a_preview_of_a_renamed_step_shows_the_first_question(check: CheckPage) -> None:
    response = check.make_preview_request(RequestFactory().get("/"), "weg")
    assert "Vraag loon?" in response.content.decode()


def test_a_preview_of_an_empty_check_shows_an_empty_diagram(check: CheckPage) -> None:
    check.tree = tree_value()
    response = check.make_preview_request(RequestFactory().get("/"), "")
    assert response.status_code == 200
    assert "check-tree__problems" in response.content.decode()


def test_the_diagram_shows_unreachable_steps_and_answers_without_a_target(check: CheckPage) -> None:
    check.tree = tree_value(question("een", {"Ja": "een", "Nee": "weg", "Ook": ""}), *build_small_tree()[2:])
    html = check.make_preview_request(RequestFactory().get("/"), "/overview").content.decode()
    assert html.count("check-map__line--missing") == 2
    for words in ("“weg” bestaat niet", "leidt nog nergens naar", "leidt terug naar “een”"):
        assert html.count(f'<strong class="check-tree__mark">{words}</strong>') == 2, "in the drawing and in the list"
    assert "geen enkele weg vanaf hier eindigt in een uitkomst" in html
    assert html.count("niet te bereiken vanaf de eerste vraag</strong>") == 4
    assert "check-tree__loose" in html and "Ja, wacht." in html


def test_the_read_api_returns_the_whole_check(client: Client, shipped_check: CheckPage) -> None:
    tree = client.get(f"/api/v2/pages/{shipped_check.pk}/").json()["tree"]
    assert (tree[0]["type"], tree[-1]["type"]) == ("question", "outcome")
    answer = tree[0]["value"]["answers"][0]
    assert (answer["to"], answer["address"]) == ("werk", "kandidaat-ja")
    waiting = next(block["value"] for block in tree if block["value"]["name"] == "wachttijd")
    assert waiting["question"] == "Loopt de asielaanvraag al 6 maanden of langer?"
    assert waiting["facts"][0]["source"].startswith("uwv.nl")
    assert "{" not in json.dumps(tree, ensure_ascii=False).replace('{"', "")


def test_the_search_index_has_the_texts_of_the_check_and_not_the_internal_names(check: CheckPage) -> None:
    check.tree = tree_value(
        question("geheimnaam", {"Ja": "mag", "Nee": "wacht"}, question="Kassenwerk?"), *build_small_tree()[2:]
    )
    content = check.tree.stream_block.get_searchable_content(check.tree)
    assert "Kassenwerk?" in content
    assert not any("geheimnaam" in words for words in content)


def test_a_check_can_only_be_added_below_a_home_page() -> None:
    assert CheckPage in HomePage.allowed_subpage_models()
    assert CheckPage.allowed_subpage_models() == []
