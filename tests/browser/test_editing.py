"""The work of communications staff, from writing a page of blocks to its periodic check."""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Comment, Page

from config.clock import publish_scheduled_pages
from dossiers.models.rights import AUTHORS
from pilot_pages.editing.moderation import create_workflow
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import find_overflow, find_violations

AUTOSAVE, ACTION = "an autosave", "an action"
STATE = "data-w-autosave-state-value"  # of the indicator: its words for each state are on the page, hidden or not
TITLE, SLUG = "Wat als het werk ophoudt?", "wat-als-het-werk-ophoudt"


@pytest.fixture
def site(loaded_site, editor):
    """The site with its first content and an uploaded image."""
    create_workflow()
    editor.first_name, editor.last_name = "Anna", "de Boer"
    editor.save()
    get_image_model().objects.create(title="Kas", file=get_test_image_file(filename="kas.png"))


def wait_until_watched(page):
    """Wait until the editor watches its form: what changes before that counts as no change."""
    expect(page.locator("[data-w-unsaved-has-edits-value=false]")).to_be_attached()


def open_form(browser_page, page):
    browser_page.goto(f"/beheer/pages/{page.pk}/edit/")
    wait_until_watched(browser_page)


def write(page):
    """Write a page with an image whose alt text is still the name of the file."""
    home = Page.objects.get(slug="home", depth=2)
    page.goto(f"/beheer/pages/add/pilot_pages/guidancepage/{home.pk}/")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=intro]").fill("Dan vertelt u dat aan UWV.")
    page.locator(".c-sf-add-button").first.click()
    page.get_by_role("option", name="Afbeelding").click()
    page.get_by_role("button", name="Kies een afbeelding").click()
    page.locator(".modal").get_by_role("link", name="Kas").first.click()
    expect(page.locator(".modal")).to_have_count(0)  # it fills in the title of the image
    page.get_by_label("Alt tekst").fill("kas.png")


def submit(page):
    page.get_by_role("button", name="Meer acties").click()
    page.get_by_role("button", name="Stuur door naar Redactie").click()


@contextmanager
def held_autosave(page):
    """Hold the response to the first autosave until the block ends, and yield the requests of the form."""
    sent, held = [], []

    def hold(route):
        if route.request.method == "POST":
            sent.append(ACTION if "text/html" in route.request.headers["accept"] else AUTOSAVE)
        if sent == [AUTOSAVE] and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/beheer/pages/*/edit/", hold)
    yield sent
    held[0].continue_()


# What happens at once after the button: whether it acts, and whether Wagtail may still begin an autosave.
PRESS = """(label) => {
    const pressed = [...document.querySelectorAll("button")].find((button) => button.textContent.trim() === label);
    let acts = false;
    pressed.addEventListener("click", () => (acts = true), {once: true});
    pressed.click();
    const actsAtOnce = acts;
    const detail = {formData: new FormData()};
    const asked = new CustomEvent("w-autosave:save", {bubbles: true, cancelable: true, detail});
    document.querySelector("[data-edit-form]").dispatchEvent(asked);
    return {actsAtOnce, mayAutosave: !asked.defaultPrevented};
}"""


def test_a_page_is_submitted_approved_published_and_checked(log_in, editor, make_user, site, visit, fits_width):
    page = log_in(make_user("kees", AUTHORS))
    write(page)
    submit(page)
    expect(page.get_by_text("naam van een bestand").first).to_be_visible()
    page.get_by_label("Alt tekst").fill("Twee mensen in een kas")
    submit(page)
    expect(page.get_by_text("Noteer wie toestemming gaf").first).to_be_visible()
    page.get_by_label("Wie toestemming gaf").fill("Sam Voorbeeld en Kim Voorbeeld")
    page.get_by_label("Op welke dag").fill("02-11-2026")
    submit(page)
    page.wait_for_url("**/beheer/pages/*/")
    written = Page.objects.get(slug=SLUG)
    assert not written.live

    desk = log_in(editor)
    expect(desk.get_by_role("link", name=re.compile("1 Pagina’s die op uw goedkeuring wachten"))).to_be_visible()
    assert find_violations(desk) == []
    desk.get_by_role("link", name=TITLE).first.click()
    wait_until_watched(desk)
    revisions = written.revisions.count()
    with held_autosave(desk) as sent:
        with desk.expect_request(lambda request: request.method == "POST" and request.url.endswith("/edit/")):
            desk.locator("[name=intro]").fill("Dan vertelt u dat meteen aan UWV.")
            desk.locator("[data-edit-form]").dispatch_event("w-unsaved:add")  # Wagtail looks for edits now and then
        desk.get_by_role("button", name="Meer acties").click()
        at_once = desk.evaluate(PRESS, "Goedkeuren en publiceren")
        assert at_once == {"actsAtOnce": False, "mayAutosave": False}, "it waits for the autosave that is under way"
    desk.wait_for_url("**/beheer/pages/*/")
    expect(desk.get_by_text("Goedgekeurd: deze pagina staat nu op de site.")).to_be_visible()
    written = Page.objects.get(pk=written.pk).specific
    assert written.live and not written.has_unpublished_changes
    assert written.intro == "Dan vertelt u dat meteen aan UWV."
    assert sent == [AUTOSAVE, ACTION], "nothing is saved after the approval"
    assert written.revisions.count() <= revisions + 2, "an autosave before the button, and the approval"

    public = visit(written.url)
    expect(public.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(public.get_by_role("img", name="Twee mensen in een kas")).to_be_visible()
    expect(public.get_by_text("Sam Voorbeeld")).to_have_count(0)

    desk.goto("/beheer/to-check/")
    for width in (PHONE, DESK):
        desk.set_viewport_size({"width": width, "height": 900})
        assert fits_width(desk)
        assert width == PHONE or find_overflow(desk) == []
    assert find_violations(desk) == []
    row = desk.get_by_role("row").filter(has_text="Wachttijd na de asielaanvraag")
    row.get_by_role("button", name="Vastleggen: vandaag gecontroleerd").click()
    expect(desk.get_by_text("“Wachttijd na de asielaanvraag” is gecontroleerd.")).to_be_visible()
    public.goto("/")
    for sources in public.locator(".fact-sources > summary").all():
        sources.click()
    expect(public.get_by_text(f"Gecontroleerd op {timezone.localdate():%d-%m-%Y}.").first).to_be_visible()

    desk.goto(f"/beheer/pages/{written.pk}/move/{Page.objects.get(slug='voor-werkgevers').pk}/confirm/")
    desk.get_by_role("button", name="Ja, verplaats deze pagina").click()
    desk.wait_for_url("**/beheer/pages/*/")
    public.goto(f"/{written.slug}/")
    assert public.url.endswith(f"/voor-werkgevers/{written.slug}/")

    written = Page.objects.get(pk=written.pk).specific
    desk.goto(f"/beheer/pages/{written.pk}/edit/")
    planned = """() => {
        const field = jQuery("#id_go_live_at").val("31-02-2027 10:00");
        field.trigger("focus").trigger("blur");
        return field.val();
    }"""
    assert desk.evaluate(planned) == "31-02-2027 10:00", "a moment stays as it was typed"
    written.expire_at = timezone.now() + timedelta(days=1)
    written.save_revision().publish()
    desk.goto("/beheer/")
    desk.get_by_role("link", name=re.compile("1 Ingeplande")).click()
    expect(desk.get_by_text(TITLE).first).to_be_visible()
    Page.objects.filter(pk=written.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    publish_scheduled_pages()
    assert public.goto(f"/voor-werkgevers/{written.slug}/").status == 404


def test_a_link_to_an_empty_setting_focuses_its_field(log_in, editor, site):
    page = log_in(editor)
    page.get_by_role("link", name="Contact over veiligheid").click()
    page.wait_for_load_state()
    field = page.locator("#id_security_contact")
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport(ratio=1)


def test_a_refused_comment_can_be_corrected_and_saved(log_in, editor, site):
    page = log_in(editor)
    costs = Page.objects.get(slug="kosten-en-loon")
    open_form(page, costs)
    page.get_by_role("button", name="Opmerkingen").click()
    # By keyboard: the comments move after each scroll of the page, and a click that begins before the move is lost.
    page.locator("[data-field][data-contentpath=intro] [data-comment-add]").press("Enter")
    comment = page.locator("#comments .comment")
    text = comment.locator("textarea")
    expect(text).to_be_focused()
    text.fill("Zijn BSN is 123456782.")
    comment.get_by_role("button", name="Opmerking").press("Enter")
    status = page.locator("#w-autosave-indicator")
    expect(status).to_have_attribute(STATE, "paused")
    page.get_by_role("button", name="Bewaar concept").click()
    expect(page.get_by_text("Uw opmerking bij deze pagina staat nog in het paneel")).to_be_visible()
    expect(status).to_have_attribute(STATE, "paused")
    expect(comment).to_contain_text("Zijn BSN is 123456782.")
    assert not Comment.objects.exists() and not Page.objects.get(pk=costs.pk).has_unpublished_changes

    comment.get_by_role("button", name="Meer acties").press("Enter")
    comment.get_by_role("menuitem", name="Bewerk").press("Enter")
    text.fill("Staat hier alles?")
    comment.get_by_role("button", name="Opslaan").press("Enter")
    expect(status).to_have_attribute(STATE, "saved")
    assert Comment.objects.get().text == "Staat hier alles?"


def test_corrections_after_a_refused_save_are_autosaved(log_in, editor, site):
    page = log_in(editor)
    costs = Page.objects.get(slug="kosten-en-loon")
    open_form(page, costs)
    page.locator("[name=intro]").fill("Zijn BSN is 123456782.")
    page.get_by_role("button", name="Bewaar concept").click()
    expect(page.get_by_text("burgerservicenummer (BSN)").first).to_be_visible()
    status = page.locator("#w-autosave-indicator")
    expect(status).to_have_attribute(STATE, "paused")
    expect(page.get_by_text("Bewaar om te zien wat").first).to_be_attached()
    page.locator("[name=intro]").fill("U belt de gemeente.")
    expect(status).to_have_attribute(STATE, "saved")
    assert Page.objects.get(pk=costs.pk).get_latest_revision().as_object().intro == "U belt de gemeente."


def test_what_a_picture_requires_is_marked_before_it_is_refused(log_in, editor, site):
    page = log_in(editor)
    open_form(page, Page.objects.get(slug="kosten-en-loon"))
    page.locator(".c-sf-add-button").first.click()
    page.get_by_role("option", name="Afbeelding").click()
    block = page.locator("[data-streamfield-child]").first
    for label in ("Alt tekst", "Wie toestemming gaf", "Op welke dag"):
        expect(block.locator("label", has_text=label)).to_contain_text("*")
    for label in ("Bijschrift", "Niemand is hierin herkenbaar"):
        expect(block.locator("label", has_text=label)).not_to_contain_text("*")
    expect(block.get_by_text("Verplicht, behalve als niemand herkenbaar is.")).to_be_visible()


def test_a_refused_publication_says_that_only_the_draft_was_saved(log_in, editor, site):
    page = log_in(editor)
    costs = Page.objects.get(slug="kosten-en-loon")
    open_form(page, costs)
    page.locator("[name=intro]").fill("U belt de gemeente.")
    page.locator(".c-sf-add-button").first.click()
    page.get_by_role("option", name="Citaat").click()
    status = page.locator("#w-autosave-indicator")
    expect(status).to_have_attribute(STATE, "saved")
    page.get_by_role("button", name="Meer acties").click()
    page.get_by_role("button", name="Publiceren", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("Dit is niet gelukt, want er is iets niet goed ingevuld.")
    expect(status).to_have_attribute(STATE, "saved")
    expect(status.get_by_text("Concept opgeslagen", exact=True)).to_be_visible()
    costs = Page.objects.get(pk=costs.pk).specific
    assert costs.intro != "U belt de gemeente."
    assert costs.get_latest_revision_as_object().intro == "U belt de gemeente."


def test_a_typed_expiry_stays_when_its_dialog_is_closed_and_is_published(log_in, editor, site):
    page = log_in(editor)
    costs = Page.objects.get(slug="kosten-en-loon")
    open_form(page, costs)
    page.locator("[data-side-panel-toggle=status]").click()
    page.get_by_role("button", name="Stel schema in").click()
    expect(page.get_by_text("nadat u op “Publiceren” of “Publicatie inplannen” hebt geklikt")).to_be_visible()
    day = timezone.localdate() + timedelta(days=90)
    expiry = page.locator("[name=expire_at]")
    expiry.fill(f"{day} 10:00")
    expiry.press("Tab")
    page.locator("#schedule-publishing-dialog .w-dialog__overlay").dispatch_event("click")
    expect(expiry).not_to_be_visible()
    expect(expiry).to_have_value(f"{day} 10:00")
    page.get_by_role("button", name="Meer acties").click()
    page.get_by_role("button", name="Publiceren", exact=True).click()
    page.wait_for_url("**/beheer/pages/*/")
    assert timezone.localdate(Page.objects.get(pk=costs.pk).expire_at) == day
