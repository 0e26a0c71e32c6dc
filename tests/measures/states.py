"""Requests for every public page of the site, in every state that a page can have."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, RequestFactory
from django.views.defaults import server_error
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from dossiers.models import EmployerInterest, Evaluation, FindingCategory, InterestStatus
from dossiers.reports.evaluations import freeze
from dossiers.reports.release import release
from pilot_pages.blocks import BodyBlock
from pilot_pages.models import CheckPage, GuidancePage, HomePage, ProgressPage, SignUpPage
from pilot_pages.site_settings import Phase
from tests.dossiers.models.factories import make_dossier
from tests.pilot_pages.candidate.letters import make_letter, page_url, send_birth_date
from tests.pilot_pages.phases import set_phase

FilledIn = Callable[..., dict[str, str]]


def get_pages(client: Client) -> dict[str, HttpResponse]:
    """Request each live page in every language, and a page with every type of block that has a preview."""
    create_page_with_all_blocks()
    live_pages = Page.objects.live().public().filter(depth__gt=1).order_by("path")
    return {page.url: client.get(page.url) for page in live_pages}


def create_page_with_all_blocks() -> None:
    blocks = BodyBlock().child_blocks.items()
    body = [(name, block.get_preview_value()) for name, block in blocks if hasattr(block.meta, "preview_value")]
    image = create_image()
    film = Document.objects.create(title="Film", file=ContentFile(b"film", "film.mp4"))
    body += [
        ("picture", {"image": image, "caption": "Een veld"}),
        ("quote", {"quote": "Een zin.", "who": "Een functie", "image": image}),
        ("employer_story", {"text": "<p>Zo ging het.</p>", "company": "De Kas", "image": image}),
        ("team", {"people": [{"name": "Sam Voorbeeld", "role": "Begeleider", "image": image}]}),
        ("notice", {"kind": "info", "text": "<p>Een mededeling.</p>"}),
        ("video", {"heading": "Een film", "video": film, "poster": image, "transcript": "<p>Een veld.</p>"}),
    ]
    page = GuidancePage(title="Alle blokken", slug="alle-blokken", intro="Ja.", drawing="tools", body=body)
    HomePage.objects.first().add_child(instance=page)


def create_image() -> Image:
    return Image.objects.create(title="Veld", description="Een veld", file=get_test_image_file())


def visit_sign_up(client: Client, page: SignUpPage, form_data: FilledIn) -> dict[str, HttpResponse]:
    """Request the states of a sign-up, from the empty form to the withdrawal."""
    stamp = form_data()["stamp"]
    responses = {
        "form: first step": client.get(f"{page.url}?wijze=stappen"),
        "form: a step that is not ready": client.post(page.url, {"stamp": stamp, "stap": "1"}, follow=True),
        "form: answers to check": client.post(page.url, form_data(stap="3"), follow=True),
        "form: everything missing": client.post(page.url, {"stamp": stamp}, follow=True),
        "form: sent by a machine": client.post(page.url, form_data(website="https://example.com"), follow=True),
        "form: sent": client.post(page.url, form_data(), follow=True),
    }
    link = re.search(r"http://testserver(/aanmelding/\S+)", mail.outbox[-1].body)[1]
    responses |= {
        "form: too often": exceed_limit(client, page, form_data),
        "link: to confirm": client.get(link),
        "link: confirmed": client.post(link, follow=True),
        "link: to correct": client.get(f"{link}gegevens/"),
        "link: corrected wrongly": client.post(f"{link}gegevens/", {"positions": "0"}),
        "link: other work": client.get(f"{link}ander-werk/"),
    }
    EmployerInterest.objects.filter(status=InterestStatus.NEW).update(status=InterestStatus.CONTACTED)
    category = FindingCategory.objects.first().pk
    responses |= visit_phases(client, page, link)
    return responses | {
        "link: asked how it goes": client.get(link),
        "link: told too little": client.post(f"{link}ervaring/", {"category": category}),
        "link: told how it goes": client.post(
            f"{link}ervaring/", {"category": category, "description": "Er rijdt geen bus."}, follow=True
        ),
        "link: to withdraw": client.get(f"{link}intrekken/"),
        "link: withdrawn": client.post(f"{link}intrekken/", follow=True),
        "link: unknown": client.get(link),
    }


def exceed_limit(client: Client, page: SignUpPage, form_data: FilledIn) -> HttpResponse:
    for number in range(50):
        answer = client.post(page.url, form_data(work_description=f"Werk {number}"))
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            return answer
    raise AssertionError("one may sign up for ever")


def visit_phases(client: Client, page: SignUpPage, link: str) -> dict[str, HttpResponse]:
    """Request pages before the pilot begins and once it is over, when nobody can sign up."""
    set_phase(Phase.NOT_BEGUN)
    responses = {"phase: not begun": client.get("/")}
    set_phase(Phase.OVER)
    responses |= {
        "phase: over": client.get("/"),
        "phase: over, instead of the form": client.get(page.url),
        "phase: over, instead of other work": client.get(f"{link}ander-werk/"),
        "phase: over, outcome": client.get("/check/kandidaat-ja/werk-betaald/verblijf-onbekend/"),
    }
    set_phase(Phase.RUNNING)
    return responses


def visit_figures(client: Client) -> dict[str, HttpResponse]:
    """Request the progress page and the home page after the release of an evaluation."""
    for status in ("intake",) * 7:
        make_dossier(status=status)
    user = get_user_model().objects.create(username="vrijgever")
    evaluation = Evaluation.objects.create(title="Tussenevaluatie", reports=["funnel", "findings"])
    freeze(evaluation, user)
    release(evaluation, user)
    return {f"{page.url} with figures": client.get(page.url) for page in ProgressPage.objects.live()} | {
        "home with figures": client.get("/")
    }


def visit_search(client: Client) -> dict[str, HttpResponse]:
    queries = {
        "empty": "",
        "found": "vergunning",
        "misspelt": "vergunnig",
        "nothing": "xyzzy",
        "second page": "uwv&p=2",
    }
    responses = {f"search: {name}": client.get(f"/zoeken/?q={query}") for name, query in queries.items()}
    return responses | {"search in English": client.get("/en/search/?q=permit")}


CHECK = "kandidaat-ja/werk-betaald/verblijf-opvang/"


def visit_check(client: Client) -> dict[str, HttpResponse]:
    """Request a step, a missing answer, an outcome and an outdated URL of the check, in each of its languages."""
    responses = {}
    for page in CheckPage.objects.live():
        name = f"check ({page.locale.language_code})"
        responses |= {
            f"{name}: question": client.get(f"{page.url}{CHECK}"),
            f"{name}: nothing chosen": client.get(f"{page.url}{CHECK}?verder=1"),
            f"{name}: outcome": client.get(f"{page.url}{CHECK}leeftijd-nee/"),
            f"{name}: lost": client.get(f"{page.url}lang-geleden/"),
        }
    return responses


def get_error_pages(client: Client, request: HttpRequest) -> dict[str, HttpResponse]:
    return {
        "404": client.get("/nergens/"),
        "404 in English": client.get("/en/nowhere/"),
        "400": render(request, "400.html", status=400),
        "403": render(request, "403_csrf.html", status=403),
        "429": render(request, "429.html", status=429),
        "500": server_error(request),
        "507": render(request, "500.html", {"is_disk_full": True}, status=507),
    }


def visit_candidate_page(client: Client) -> dict[str, HttpResponse]:
    _link, key = make_letter()
    _link, other = make_letter(given_name="Yonas")
    send_birth_date(client, other)
    return {
        "candidate: door": client.get(page_url(key)),
        "candidate: wrong": send_birth_date(client, key, "1-1-1970"),
        "candidate: door from right to left": client.get(page_url(key, taal="ar")),
        "candidate: own page": client.get(page_url(other, "pagina/")),
    }


def get_all_responses(client: Client, page: SignUpPage, form_data: FilledIn) -> dict[str, HttpResponse]:
    request: Any = RequestFactory().get("/")
    request.user = AnonymousUser()
    return (
        get_pages(client)
        | visit_sign_up(client, page, form_data)
        | visit_search(client)
        | visit_check(client)
        | get_error_pages(client, request)
        | visit_candidate_page(client)
        | visit_figures(client)
    )
