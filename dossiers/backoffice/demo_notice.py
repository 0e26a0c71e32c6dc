"""Says on every page of the backoffice, the one to sign in on too, that a demo holds no real people."""

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

DEMO = "demo"


def demo_notice() -> SafeString:
    """The words. For our own hook `demo_notice`, which site/templates/wagtailadmin/ calls at the top of each page."""
    if settings.MODE != DEMO:
        return SafeString("")
    return format_html(
        '<aside class="demo-notice" aria-label="{}"><p><strong>{}</strong> {}</p></aside>',
        _("Demo"),
        _("Demo: invented data."),
        _("Enter no data of real people here."),
    )


def demo_style() -> SafeString:
    """How it looks. For Wagtail's hook `insert_global_admin_css`."""
    if settings.MODE != DEMO:
        return SafeString("")
    return format_html('<link rel="stylesheet" href="{}">', static("backoffice/demo.css"))
