"""The pages of the public site run no script and set no cookie before a form."""

import re

from django.test import Client

from pilot_pages.models import SignUpPage
from tests.measures.states import FilledIn, get_all_responses, get_pages

# A block of data is no script: nothing runs it.
SCRIPT = re.compile(
    r"<script(?! type=\"application/ld\+json\">)[^>]*>|<[a-z][^>]*\son[a-z]+=|javascript:", re.IGNORECASE
)


def test_no_page_in_any_state_has_a_script(client: Client, content: SignUpPage, form_data: FilledIn) -> None:
    answers = get_all_responses(client, content, form_data)
    del answers["429"]  # the backoffice's own
    scripts_by_state = {name: SCRIPT.findall(answer.content.decode()) for name, answer in answers.items()}
    assert {name: scripts for name, scripts in scripts_by_state.items() if scripts} == {}


def test_the_pattern_matches_scripts() -> None:
    for html in ("<script>", '<script src="/x.js">', '<p class="a" onclick="x">', '<a href="javascript:x">'):
        assert SCRIPT.search(html)
    assert not SCRIPT.search('<script type="application/ld+json">{}</script> <p>on=1</p>')


def test_no_page_sets_a_cookie_except_the_sign_up_form(client: Client, content: SignUpPage) -> None:
    urls_with_cookies = {url for url, answer in get_pages(client).items() if answer.cookies}
    assert urls_with_cookies == {page.url for page in SignUpPage.objects.live()}
