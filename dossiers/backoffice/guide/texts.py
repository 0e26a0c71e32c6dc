"""The texts of the guide: for each kind of work its tasks, how each is done and where.

What stands between “ and ” is the label of a button, a link, a field or a page, as the screen shows it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.permissions import policy_registry

from dossiers.backoffice.partners.permissions import PARTNER
from dossiers.models import RecordKind

IsAllowed = Callable[[User], bool]
PRIVACY_SYNONYMS = _(
    "GDPR, privacy, request for access, ask for data, everything that is kept, right to be forgotten, forget, delete, "
    "erase, anonymize, term"
)


def everybody(_user: User) -> bool:
    return True


def having(permission: str) -> IsAllowed:
    return lambda user: user.has_perm(permission)


def supplying(user: User) -> bool:
    return PARTNER.has_permission(user, "")


def on_pages(*actions: str) -> IsAllowed:
    """Return whether the user may do one of these with any page."""
    return lambda user: policy_registry.get_by_type(Page).user_has_any_permission(user, actions)


def writing_without_publishing(user: User) -> bool:
    return on_pages("change")(user) and not on_pages("publish")(user)


def reading_evaluations(user: User) -> bool:
    """Return whether the user reads evaluations and writes none."""
    return user.has_perm("dossiers.view_evaluation") and not user.has_perm("dossiers.change_evaluation")


@dataclass(frozen=True)
class Task:
    """Something that a user does: its anchor, title and explanation, and, if there is one, the page to do it on."""

    anchor: str
    title: Any
    text: Any
    page: Any = ""
    """The name of that page."""

    url_name: str = ""
    arguments: tuple[Any, ...] = ()
    query: str = ""
    is_allowed: IsAllowed = everybody
    """Whether the user may do it; whoever may, may open the page too."""

    synonyms: Any = ""
    """Other words by which the search finds it; no page shows them."""

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.arguments) + self.query if self.url_name else ""


@dataclass(frozen=True)
class Section:
    anchor: str
    title: Any
    is_allowed: IsAllowed
    tasks: tuple[Task, ...]


CANDIDATES = Section(
    "candidates",
    _("Guiding candidates and employers"),
    having("dossiers.view_dossier"),
    (
        Task(
            "import-list",
            _("Importing a list"),
            _(
                "Choose who sends the list, and upload the file as you got it: Excel, LibreOffice or text. Answer the "
                "questions about the columns. Then you see what is new, changed or wrong, and nothing is stored until "
                "you import. Lists that a partner sent wait for you on “Today” and at “Imports”."
            ),
            _("Import a list of candidates"),
            "dossiers_import_upload",
            (RecordKind.DOSSIERS,),
            is_allowed=having("dossiers.add_importrun"),
        ),
        Task(
            "talk",
            _("Recording a conversation"),
            _(
                "Open the page of the candidate, employer, interest or placement and choose “Record a talk”. Write "
                "down what was said, and below it what happens now, when and by whom. Tick the actions that are done. "
                "Tick it too if it was the expectation talk or if you gave the privacy notice. Did nobody answer? "
                "Choose “not reached”: then it does not count as a talk. “A finding” is there for what stood in the "
                "way or helped. “Save” saves all of it at once."
            ),
            _("Record a talk"),
            "dossiers_talk_start",
            is_allowed=having("dossiers.add_contactmoment"),
        ),
        Task(
            "mail",
            _("Mailing a candidate or an employer"),
            _(
                "Open the page of the candidate, employer, interest or placement and choose “Write a mail”. Choose the "
                "occasion, which fills in a text that you can change, look at it with “Preview the mail” and choose "
                "“Send the mail”. The answer comes to your own address. At “Contact” on that page you see the mail, "
                "and whether it was sent; if it could not be delivered, that becomes an action of yours. A “Proposed "
                "candidate” is told to the employer by this mail, and recorded as such."
            ),
            _("Placements"),
            "wagtailsnippets_dossiers_placement:list",
            is_allowed=having("dossiers.add_contactmoment"),
        ),
        Task(
            "sign-up",
            _("Taking on the offer of an employer"),
            _(
                "An employer who signs up on the site stands here as soon as the e-mail address is confirmed. Open the "
                "sign-up and press “Take over: make this employer”, or link the sign-up to one that you know already. "
                "Only then are fitting candidates found. If an employer calls, choose “New offer” in the list of "
                "employers or interests: there you record the employer, the work and what happens now in one form."
            ),
            _("New sign-ups"),
            "wagtailsnippets_dossiers_employerinterest:list",
            query="?to_take_over=true",
            is_allowed=having("dossiers.change_employerinterest"),
        ),
        Task(
            "propose",
            _("Proposing somebody to an employer"),
            _(
                "Open the candidate and choose “Propose to an employer”, or open an interest and look at “Fitting "
                "candidates”: there you read what speaks for and against each of them. The order is only a help, you "
                "choose. If something is missing, such as the expectation talk or the privacy notice, it is said "
                "there."
            ),
            _("Propose a candidate"),
            "wagtailsnippets_dossiers_placement:add",
            is_allowed=having("dossiers.add_placement"),
        ),
        Task(
            "placement",
            _("A placement step by step"),
            _(
                "Open the placement, on the board or in the list. First record that the candidate agrees; only after "
                "that do you tell the employer anything. At each step stands what is still needed for it. Record the "
                "step with its day, or move the card on the board."
            ),
            _("Board of placements"),
            "wagtailsnippets_dossiers_placement:board",
            is_allowed=having("dossiers.change_placement"),
        ),
        Task(
            "undo",
            _("Undoing something"),
            _(
                "You can undo an import, a bulk change and a merge for 30 days. Open the import and choose “Undo this "
                "import”. The menu of the list of candidates leads to “Bulk changes” and “Merged dossiers”. You first "
                "see what is put back, and what stays because it was changed later."
            ),
            _("Imports"),
            "dossiers_imports",
            is_allowed=having("dossiers.change_importrun"),
        ),
        Task(
            "archive",
            _("Archiving what is finished"),
            _(
                "Open a closed dossier or interest, an ended placement, or an employer for whom nothing is open, and "
                "choose “Archive…” in the menu beside its title; or tick lines in a list. Lists then leave it out. "
                "Figures, reports and searches keep it. Set the filter “Archive” to “only archived ones” to see what "
                "is archived; choose “Restore” on its page to bring it back. If its status makes it open again, it "
                "leaves the archive by itself."
            ),
            _("Candidates"),
            "wagtailsnippets_dossiers_dossier:list",
            is_allowed=having("dossiers.change_dossier"),
        ),
        Task(
            "export",
            _("Taking a list out of the backoffice as a spreadsheet"),
            _(
                "Filter and search the list until it shows what you need. Open the menu beside its title and choose a "
                "format; you get the rows and columns that you see. With “Export with all fields…” you get everything, "
                "and can import that file again later. Delete the file when you no longer need it."
            ),
            _("Candidates"),
            "wagtailsnippets_dossiers_dossier:list",
            is_allowed=having("dossiers.export_xlsx_dossier"),
        ),
        Task(
            "council",
            _("A report for the municipal council"),
            _(
                "Make an evaluation: choose the period and the parts. Choose “Freeze the figures”, so that they no "
                "longer change, and write the texts beside them. When it is right, choose “Release…”: only then others "
                "can read it. In their letter numbers of people are rounded, so that nobody is recognised."
            ),
            _("New evaluation"),
            "dossiers_evaluation_new",
            is_allowed=having("dossiers.change_evaluation"),
        ),
        Task(
            "forgetting",
            _("Keeping, forgetting and giving access to data"),
            _(
                "Here you set after how many months a closed dossier is anonymized. Without a term nothing goes by "
                "itself. If somebody asks what is kept, choose “All that is kept…” in the menu of the dossier: it "
                "shows first what it says about others. If somebody asks to be forgotten, close the dossier and choose "
                "“Anonymise…” in its menu; that can't be undone. A dossier that was made by mistake has “Delete” in "
                "its menu; you can restore it for 30 days."
            ),
            _("Keeping and forgetting"),
            "dossiers_forgetting",
            is_allowed=having("dossiers.change_retention"),
            synonyms=PRIVACY_SYNONYMS,
        ),
    ),
)

SUPPLYING = Section(
    "supplying",
    _("Supplying people"),
    supplying,
    (
        Task(
            "send-list",
            _("Sending a list"),
            _(
                "Upload your list as it is: Excel, LibreOffice or text. Answer the questions about the columns, look "
                "at what is new, changed or wrong, and choose “Send”. After that a coordinator looks at it and takes "
                "it over."
            ),
            _("Upload a list"),
            "dossiers_partner_upload",
        ),
        Task(
            "mend-list",
            _("Mending what came back"),
            _(
                "If a list comes back, it stands on your first page and here, with the word of the coordinator. Open "
                "it and choose “Mend it here”, or mend it in your own file and choose “Upload the mended list”. Then "
                "send it again."
            ),
            _("Our lists"),
            "dossiers_partner_lists",
        ),
        Task(
            "take-back-list",
            _("Taking back a list that you sent"),
            _(
                "Open the list and choose “Take the list back”. You can do so until a coordinator has opened it. After "
                "that you can mend it and send it again."
            ),
            _("Our lists"),
            "dossiers_partner_lists",
        ),
        Task(
            "add-person",
            _("Adding one person"),
            _(
                "Fill in what you know and choose “Send”. It goes off at once, as a list of one person. A coordinator "
                "looks at it before it is taken over."
            ),
            _("Add a person"),
            "dossiers_partner_add",
        ),
        Task(
            "change-person",
            _("Passing on what has changed for somebody"),
            _(
                "Open the person, change the fields that are no longer right and choose “Send”. Only the fields that "
                "you change are sent. A coordinator looks at it before it is taken over."
            ),
            _("Our people"),
            "dossiers_partner_people",
        ),
        Task(
            "pass-on",
            _("Saying that somebody stops, or what stands in the way"),
            _(
                "Open the person and choose “Pass on a barrier or an opportunity”. Write what is the matter and what "
                "was tried. A coordinator reads it."
            ),
            _("Our people"),
            "dossiers_partner_people",
        ),
        Task(
            "progress",
            _("Seeing how your people are doing"),
            _(
                "You see the people whom your organization supplied, with their status and whether an expectation talk "
                "is planned. Filter by status, or search by name. You see no people of other organizations."
            ),
            _("Our people"),
            "dossiers_partner_people",
        ),
        Task(
            "export-people",
            _("Taking your list out as a spreadsheet"),
            _(
                "Filter and search until the list shows what you need. Open the menu beside the title and choose Excel "
                "or text. Delete the file when you no longer need it."
            ),
            _("Our people"),
            "dossiers_partner_people",
        ),
    ),
)

SITE = Section(
    "site",
    _("Keeping the site up to date"),
    on_pages("change"),
    (
        Task(
            "page",
            _("Changing a word on a page"),
            _(
                "Open the page and change the text. Choose “Save draft”: visitors don't see it yet. Look at it in the "
                "preview before you go on."
            ),
            _("All pages"),
            "wagtailadmin_explore_root",
        ),
        Task(
            "submit",
            _("Having a page approved"),
            _(
                "When you are done, open the menu beside “Save draft” and submit the page. Visitors see the former "
                "version until somebody approves yours. Your drafts that wait stand here."
            ),
            _("Drafts that wait"),
            "pilot_pages_drafts",
            is_allowed=writing_without_publishing,
        ),
        Task(
            "approve",
            _("Publishing or approving a page"),
            _(
                "Open the menu beside “Save draft” and choose “Publish”. Here you find the pages that others "
                "submitted: open one and choose “Approve”, or send it back with “Request changes”."
            ),
            _("Pages that wait for your approval"),
            "wagtailadmin_reports:workflow",
            query="?reviewable=true",
            is_allowed=on_pages("publish"),
        ),
        Task(
            "rule",
            _("Changing a rule or an amount"),
            _(
                "Open the rule and change its value and source; every page that names it changes too, and the "
                "backoffice computes with it. If it changes from a certain day, choose “Add rule”, with the same key "
                "and that day. Then both are right: the old one until that day, the new one after it."
            ),
            _("Laws and amounts"),
            "wagtailsnippets_dossiers_regulation:list",
            is_allowed=having("dossiers.change_regulation"),
        ),
        Task(
            "translation",
            _("A translation"),
            _(
                "Open the Dutch page and choose “Translate” in its menu. Your first screen names the translations of "
                "which the Dutch page changed since. A page in Arabic or Tigrinya can only be published after “Approve "
                "the translation”, with the name of who read it."
            ),
            _("All pages"),
            "wagtailadmin_explore_root",
            is_allowed=having("simple_translation.submit_translation"),
        ),
        Task(
            "schedule",
            _("Having a page appear or disappear on a day"),
            _(
                "Open the page, choose “Set schedule” at “Status”, and save the schedule. Saving alone schedules "
                "nothing: after that publish the page, or submit it for approval. Here you see what is scheduled."
            ),
            _("Scheduled pages"),
            "pilot_pages_scheduled",
        ),
        Task(
            "previous",
            _("Undoing something on a page"),
            _(
                "Open the page and choose “History” in its menu: it tells who changed what, and when. Choose “Review "
                "this version” at an earlier version, and then “Replace current draft”. Visitors see that text after "
                "you publish it or somebody approves it."
            ),
            _("All pages"),
            "wagtailadmin_explore_root",
        ),
        Task(
            "check",
            _("Checking whether everything is still right"),
            _(
                "Here stands what nobody checked for a while. Compare it with its source and mend it if needed. Then "
                "record that you checked it today."
            ),
            _("Facts and pages to check"),
            "pilot_pages_to_check",
        ),
        Task(
            "contact",
            _("Changing how employers reach you"),
            _(
                "The name, the telephone number and the addresses stand in one place, and every page of the site shows "
                "them from there. What you leave empty is shown nowhere."
            ),
            _("Pilot phase and contact details"),
            "wagtailsettings:edit",
            ("pilot_pages", "pilotsettings"),
            is_allowed=having("pilot_pages.change_pilotsettings"),
        ),
    ),
)

READING = Section(
    "reading",
    _("Reading the figures"),
    reading_evaluations,
    (
        Task(
            "letter",
            _("Reading how the pilot is going"),
            _(
                "Open an evaluation. You read a letter with the figures of a period and what they mean. You see the "
                "evaluations that were released; the figures in them no longer change."
            ),
            _("Evaluations"),
            "dossiers_evaluations",
        ),
        Task(
            "letter-file",
            _("Keeping or printing a letter"),
            _("Open the evaluation and choose “PDF” or “DOCX”. Both hold the same letter as the screen."),
            _("Evaluations"),
            "dossiers_evaluations",
        ),
        Task(
            "rounding",
            _("Why are numbers rounded?"),
            _(
                "Numbers of people are rounded down to a multiple of five, so that nobody is recognised in the "
                "figures. Fewer than five is written as “fewer than 5”. Therefore parts need not add up to the total."
            ),
            _("Evaluations"),
            "dossiers_evaluations",
        ),
        Task(
            "read-rules",
            _("Looking up a rule or an amount"),
            _(
                "Here stand the terms, amounts and conditions that the site and the backoffice use. Of each you see "
                "the source, from when it is valid, and when somebody checked it last."
            ),
            _("Laws and amounts"),
            "wagtailsnippets_dossiers_regulation:list",
            is_allowed=having("dossiers.view_regulation"),
        ),
        Task(
            "export-rules",
            _("Taking the rules out as a spreadsheet"),
            _(
                "Open the menu beside the title of the list and choose a format. You get the rows and columns that you "
                "see."
            ),
            _("Laws and amounts"),
            "wagtailsnippets_dossiers_regulation:list",
            is_allowed=having("dossiers.export_xlsx_regulation"),
        ),
    ),
)

USERS = Section(
    "users",
    _("Managing users"),
    having("auth.change_user"),
    (
        Task(
            "add-user",
            _("Inviting a colleague"),
            _(
                "Fill in the name and the e-mail address, and choose the role that fits the work. Your colleague gets "
                "an e-mail with a link that works for three days, chooses a password, and sets up the second factor. "
                "Until then the list of users says “invited”; there you send the invitation again, or revoke it."
            ),
            _("Invite a colleague"),
            "wagtailusers_users:add",
            is_allowed=having("auth.add_user"),
        ),
        Task(
            "partner-staff",
            _("Giving a partner's staff access"),
            _(
                "Invite them with the role of partners' staff, and choose the organisation in the same form. They see "
                "what that organisation supplied, and nothing of another. The form of the user has both too."
            ),
            _("Users"),
            "wagtailusers_users:index",
        ),
        Task(
            "leaving-user",
            _("Somebody leaves"),
            _(
                "Choose “Block” behind the name in the list of users. The user can then no longer log in, is logged "
                "out everywhere, and can no longer use keys. What the user did stays in the history, under the same "
                "name."
            ),
            _("Users"),
            "wagtailusers_users:index",
        ),
        Task(
            "lost-phone",
            _("Somebody lost the telephone with the second factor"),
            _(
                "With a recovery code the user logs in and sets up a new telephone. Without one, make sure first that "
                "it is really they who ask. Then whoever manages the server removes the second factor, and the user "
                "sets it up again at the next login."
            ),
            _("Users"),
            "wagtailusers_users:index",
        ),
        Task(
            "who-looked",
            _("Looking up who saw whose data"),
            _(
                "Each dossier that somebody opened, each list of people that somebody saw and each export is noted "
                "here. Filter by user, by dossier or by period."
            ),
            _("Who looked"),
            "dossiers_access_log",
            is_allowed=having("access_log.view_accesslogentry"),
        ),
        Task(
            "approvers",
            _("Setting who approves pages"),
            _(
                "A workflow names the groups that approve a page before it goes to the site. Open it to change the "
                "steps or the pages that it is about."
            ),
            _("Workflows"),
            "wagtailadmin_workflows:index",
            is_allowed=having("wagtailcore.change_workflow"),
        ),
    ),
)

EVERYBODY = Section(
    "everybody",
    _("For everybody"),
    everybody,
    (
        Task(
            "search",
            _("Finding something again (Ctrl K)"),
            _(
                "Press Ctrl K on any page, or click the bar at the top. Type a name, a number, or what you want to do, "
                "and choose with the arrow keys and Enter. You find only what you may see."
            ),
            _("Search"),
            "dossiers_search",
        ),
        Task(
            "security",
            _("Changing your password or second factor"),
            _(
                "Here you change your password, set up another telephone, and look at your recovery codes. Keep these "
                "codes in a safe place: with one of them you log in if you have lost your telephone."
            ),
            _("Login and security"),
            "mfa_index",
        ),
        Task(
            "account",
            _("Changing your name or how the screen looks"),
            _(
                "Under “Account” you change your name, your e-mail address and your photo. There you also choose a "
                "light or a dark screen, and more or less contrast."
            ),
            _("Account"),
            "wagtailadmin_account",
        ),
        Task(
            "missing-menu-item",
            _("Why does a colleague see more than I do?"),
            _(
                "The menu and this guide show only what your role may do. An administrator changes roles. Ask there if "
                "you need more for your work."
            ),
        ),
        Task(
            "print-guide",
            _("Printing this guide"),
            _(
                "Print this page with your browser (Ctrl P), or keep it as a PDF. The menu and the search bar are left "
                "out."
            ),
        ),
    ),
)

SECTIONS = (CANDIDATES, SUPPLYING, SITE, READING, USERS, EVERYBODY)
