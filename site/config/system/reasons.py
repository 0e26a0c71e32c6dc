"""Why a task failed or an e-mail waits, in words.

Never the message of an error, which may contain an address, a name or a cell of a list.
"""

import re
from pathlib import Path

import django
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks_db.models import DBTaskResult

from config.system.task_kinds import NOT_SENT

PACKAGES = Path(django.__file__).parents[1]
UNREACHABLE = gettext_lazy("The mail server can't be reached.")
REFUSED = gettext_lazy("The mail server refused the e-mail.")
MAIL_PROBLEMS: dict[str, Promise] = {  # by the class of the error
    **dict.fromkeys(
        (
            "ConnectionRefusedError",
            "ConnectionResetError",
            "OSError",
            "SMTPConnectError",
            "SMTPServerDisconnected",
            "TimeoutError",
            "gaierror",
        ),
        UNREACHABLE,
    ),
    **dict.fromkeys(("SMTPDataError", "SMTPHeloError", "SMTPResponseException", "SMTPSenderRefused"), REFUSED),
    "SMTPRecipientsRefused": gettext_lazy("The mail server refused the recipient for now."),
    "SMTPAuthenticationError": gettext_lazy("The mail server refused the user name or the password in EMAIL_URL."),
    "SMTPNotSupportedError": gettext_lazy("The mail server can't do what EMAIL_URL asks."),
    "SSLError": gettext_lazy("No secure connection to the mail server could be made."),
    "SSLCertVerificationError": gettext_lazy("The certificate of the mail server is not trusted."),
}
FAILURES: dict[str, Promise] = {  # by the path of the class of the error
    "config.lane_worker.TimeLimitExceeded": gettext_lazy("It took longer than its lane allows."),
    "config.orphaned_tasks.WorkerKilledError": gettext_lazy(
        "Its worker was killed at each attempt, such as when the machine had no memory left."
    ),
    "django.db.utils.OperationalError": gettext_lazy("The database did not answer, or was locked for too long."),
    "builtins.MemoryError": gettext_lazy("There was no memory left."),
}
NAME_OF_PROBLEM = re.compile(r"NotSent: (\w+)\s*\Z")
FRAME = re.compile(r'File "([^"]+)", line (\d+)')


def describe_mail_problem(class_name: str) -> str:
    return str(MAIL_PROBLEMS.get(class_name) or _("The e-mail could not be sent (%(error)s).") % {"error": class_name})


def describe_failure(task: DBTaskResult) -> str:
    """Return why the task failed; for an error in the program also its class and its place."""
    if task.exception_class_path == NOT_SENT:
        match = NAME_OF_PROBLEM.search(task.traceback)
        return describe_mail_problem(match[1] if match else "NotSent")
    if reason := FAILURES.get(task.exception_class_path):
        return str(reason)
    names = {"error": task.exception_class_path.rpartition(".")[2], "place": find_place(task.traceback)}
    return _("An error in the program: %(error)s at %(place)s.") % names


def find_place(traceback: str) -> str:
    """Return the file and the line of the last call in code of our own."""
    frames = [(Path(file), line) for file, line in FRAME.findall(traceback)]
    for file, line in reversed(frames):
        if file.is_relative_to(settings.BASE_DIR) and not file.is_relative_to(PACKAGES):
            return f"{file.relative_to(settings.BASE_DIR)}:{line}"
    return _("an unknown place")
