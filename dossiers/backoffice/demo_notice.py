"""The notice on every backoffice page of a demo, including the login page, that the data is invented."""

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

DEMO = "demo"


def demo_notice() -> SafeString:
    """Return the notice, for our own hook `demo_notice` that the templates in site/templates/wagtailadmin/ call."""
    if settings.MODE != DEMO:
        return SafeString("")
    return format_html(
        '<aside class="demo-notice" aria-label="{}"><p><strong>{}</strong> {}</p></aside>',
        _("Demo"),
        _("Demo: invented data."),
        _("Enter no data of real people here."),
    )


def demo_style() -> SafeString:
    """Return the style sheet of the notice, for Wagtail's hook `insert_global_admin_css`."""
    if settings.MODE != DEMO:
        return SafeString("")
    return format_html('<link rel="stylesheet" href="{}">', static("backoffice/demo.css"))
