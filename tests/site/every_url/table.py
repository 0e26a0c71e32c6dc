"""The roles that each URL of the project opens to, by the first line that matches its name.

A name is `namespace:name` as Django's `reverse` takes it, or the pattern of a URL without a name. The suffix `?export`
stands for Wagtail's export of a list, and a bulk action is followed by its model and its name. All other roles get a
404, a redirect to the login or a redirect to the home page.
"""

import re

ANYBODY, MEMBER, READER, EDITOR, COORDINATOR, ADMIN = "anybody", "member", "reader", "editor", "coordinator", "admin"
AZC, WERKCORPORATIE = "partner", "other_partner"  # staff of those organisations
EVERYBODY = {ANYBODY, MEMBER, READER, EDITOR, COORDINATOR, ADMIN, AZC, WERKCORPORATIE}
LOGGED_IN = EVERYBODY - {ANYBODY}
IN_THE_BACKOFFICE = LOGGED_IN - {MEMBER}
PARTNERS = {AZC, WERKCORPORATIE}
RECORDS = {COORDINATOR, ADMIN}
PAGES = {EDITOR, ADMIN}
RULES = {EDITOR, COORDINATOR, ADMIN}
ADMINISTRATORS = {ADMIN}
NOBODY: set[str] = set()

JUDGED: list[tuple[str, set[str]]] = [
    # The login's own pages.
    (r"account_(logout|inactive|reset_password.*|accept_invitation)|wagtailadmin_logout", EVERYBODY),
    (r"account_login", {ANYBODY}),  # a logged-in user is redirected
    (r"mfa_authenticate", {ANYBODY}),  # without a password it leads back to the login
    (r"mfa_(deactivate_totp|(view|download)_recovery_codes)", NOBODY),  # no user of the test has a second factor
    (r"account_.*|mfa_.*", LOGGED_IN),
    # Wagtail's own pages for it lead to those.
    (r"beheer/login/|beheer/\^password_reset/|wagtailadmin_(login|password_reset.*)|_util/login/", EVERYBODY),
    # Dossiers, employers and their sign-ups, imports, exports, merges.
    (r"wagtailsnippets_dossiers_\w+:list(_results)?\?export", NOBODY),
    (r"wagtailsnippet(s|choosers)_dossiers_(dossier|employer|employerinterest):.*", RECORDS),
    (r"wagtail_bulk_action dossiers\.(dossier|employer|employerinterest) .*", RECORDS),
    # Related records, the budget and the planning.
    (r"wagtailsnippet(s|choosers)_dossiers_(placement|finding|contactmoment|followup|expense|milestone):.*", RECORDS),
    (
        r"dossiers_(offer(_employers)?|talk_\w+|mail_\w+|moved|(interest_)?withdrawal|settle|confirm_finding|money|fitting_.*|report|report_export)",
        RECORDS,
    ),
    (r"dossiers_agenda", RECORDS),
    (r"calendar_feed", NOBODY),  # the key of the test is wrong; test_agenda.py
    (r"dossiers_menu_(reports|settings)", RULES | {READER}),
    (r"dossiers_evaluations(_results)?|dossiers_evaluation(_read|_file)?", RECORDS | {READER, EDITOR}),  # released
    (r"dossiers_evaluations?_.*", RECORDS),
    (r"wagtailadmin_editing_sessions:ping", RECORDS),  # of a dossier
    (
        r"dossiers_(forgetting|forget(_former)?_contact|term|term_stop|candidate_languages|anonymise|keep_longer)",
        RECORDS,
    ),
    (r"dossiers_(find_deleted|forget_deleted(_employer|_sign_up)?)", RECORDS),
    (r"dossiers_(person_file|person_mentions|letter|letter_revoke)", RECORDS),
    (r"dossiers_bulk_discard", NOBODY),  # this one was applied; test_previews.py
    (r"dossiers_list_(columns|change|export|archive|restore)|dossiers_view(_add|_delete)?|dossiers_bulk_.*", RECORDS),
    (r"dossiers_access_log_at", RECORDS),
    (r"dossiers_access_log(_results)?", ADMINISTRATORS),
    (r"dossiers_export.*", {COORDINATOR}),  # only the user who requested it
    (r"dossiers_(import|merge|take_over|deletion).*", RECORDS),
    # A partner's own pages, with records of AZC Luttelgeest.
    (r"dossiers_partner_(people|people_results|export|add|lists|upload|template)", PARTNERS),
    (r"dossiers_partner_mend", NOBODY),  # of a list in another state; test_partners.py
    (r"dossiers_partner_.*", {AZC}),
    # Lists that coordinators edit, and rules.
    (r"wagtailsnippets_dossiers_regulation:(list(_results)?|export)", RULES | {READER}),
    (r"wagtailsnippetchoosers_dossiers_regulation:cho.*", RULES | {READER}),
    (r"wagtailsnippet(s|choosers)_dossiers_regulation:.*|dossiers_(mark_checked|approve_rule_translation)", RULES),
    (r"wagtailsnippet(s|choosers)_dossiers_glossaryterm:.*", RULES),
    (r"wagtail_bulk_action dossiers\.(regulation|glossaryterm) .*", RULES),
    (
        r"wagtailsnippet(s|choosers)_dossiers_"
        r"(organisation|sector|closingreason|findingcategory|importprofile|ownfield):.*",
        RECORDS,
    ),
    (
        r"wagtailsnippet(s|choosers)_dossiers_(actionrule|emailtext):(add|delete|create|preview_on_add)",
        NOBODY,
    ),  # the code knows each of them
    (r"wagtailsnippet(s|choosers)_dossiers_(actionrule|emailtext):.*", RECORDS),
    (r"wagtail_bulk_action dossiers\.\w+ .*", RECORDS),
    # Pages, images, documents, and the reports of Wagtail.
    (r"wagtail(admin_api|api):\w+:find", NOBODY),  # finds nothing without a question
    (r"wagtailadmin_pages:(add|convert_alias|workflow_preview|workflow_history_detail)", NOBODY),  # not of this page
    (r"wagtailadmin_pages:(workflow_action|collect_workflow_action_data)", NOBODY),  # in no workflow
    (r"wagtail(docs|images):(create_multiple_from_uploaded_\w+|delete_upload_multiple)", NOBODY),  # nothing uploaded
    (r"wagtailimages:url_generator.*", NOBODY),  # switched off
    (r"wagtailforms:(list_submissions.*|delete_submissions)", NOBODY),  # sign-ups are records, Wagtail keeps none
    (r"wagtailsettings:preview_on_edit", NOBODY),  # settings have no preview
    (r"simple_translation:submit_snippet_translation", NOBODY),  # no record is in two languages
    (r"pilot_pages_approval|simple_translation:.*", PAGES),
    (r"wagtail_bulk_action wagtail(core|docs|images)\..*", PAGES),
    (r"wagtailadmin_(explore.*|choose_.*|tag_.*|pages:.*|api:.*|reports:.*)", PAGES),
    (r"pilot_pages_(to_check|dead_links|unfound_words|drafts|scheduled|page_checked|cancel_workflow).*", PAGES),
    (r"wagtail(docs|images|redirects|forms|embeds|settings)(_chooser)?:.*", PAGES),
    (r"wagtailadmin_workflows:task_cho.*", PAGES),
    (r"wagtailsnippets:index", NOBODY),  # each list has its own place in the menu
    # Webhooks: communications read, administrators change.
    (r"webhooks:index(_results)?\?export", NOBODY),
    (r"webhooks:(index(_results)?|inspect|deliver(y|ies(_results)?))", PAGES),
    (r"webhooks:.*", ADMINISTRATORS),
    # Administration.
    (r"wagtailadmin_(collections|workflows):.*|wagtail(sites|users_users|users_groups):.*", ADMINISTRATORS),
    (r"system(_retry|_put_away)?", ADMINISTRATORS),
    (r"wagtail_bulk_action auth\.user .*", ADMINISTRATORS),
    # What everyone in the backoffice has.
    (r"dossiers_search(_results)?|dossiers_help", IN_THE_BACKOFFICE),
    (r"wagtailadmin_(home|account|dismissibles|editing_sessions:release)", IN_THE_BACKOFFICE),
    (r"beheer/test404/|wagtailadmin_error_test", IN_THE_BACKOFFICE),  # Wagtail's own, to look at its error pages
    (r"wagtailadmin_block_preview", NOBODY),  # without a block
    (r"wagtailadmin_(sprite|javascript_catalog)", EVERYBODY),
    (r"beheer/\^\.\*/\$", NOBODY),  # no such page
    # What the public reads.
    (r"robots_txt|web_manifest|favicon|sharing:(sitemap|card)", EVERYBODY),
    (r"security_txt", NOBODY),  # without a contact
    (r"read_api_(description|documentation)", EVERYBODY),
    (r"wagtailapi:page_preview:.*", NOBODY),  # without a token
    (r"wagtailapi:.*|wagtail_serve|wagtaildocs_serve|pilot_pages:(sent|erased|search)", EVERYBODY),
    (r"api_keys", IN_THE_BACKOFFICE),
    (r"api_key_revoke", {READER, ADMIN}),  # the key is the reader's; administrators revoke all
    # The API without a key; tests/site/every_operation has the table for keys.
    (r"pilot_api:(facts|figures|take_sign_up|openapi-json|openapi-view)", EVERYBODY),
    (r"pilot_api:(sign_up_form|api-root)|pilot_api_nothing", NOBODY),  # no page to sign up on here; no such address
    (r"pilot_api:.*", EVERYBODY),  # all others ask for a key
    # A candidate's own page: whatever the key, each is asked the date of birth, and nothing else without it.
    (r"candidate:.*", EVERYBODY),
    (
        r"pilot_pages:(status|correct|add_work|experience|withdraw)|\^media/.*",
        NOBODY,
    ),  # of a link and a picture that are not there
    (r"wagtail(core|docs)_authenticate_with_password", NOBODY),  # no page has a password
]

# Views of Wagtail that raise an error without the data that a browser sends.
BREAKS = {"wagtailadmin_error_test", "wagtailredirects:process_import"}


def get_allowed_roles(name: str) -> set[str] | None:
    """Return the roles that the first matching line allows, or None without a matching line."""
    return next((who for pattern, who in JUDGED if re.fullmatch(pattern, name)), None)
