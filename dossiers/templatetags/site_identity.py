"""The name, the logo and the telephone number of the municipality in the backoffice, on the login and in e-mails."""

from django import template

from dossiers.models.contact_fields import format_phone
from dossiers.site_identity import get_site_identity

register = template.Library()
register.simple_tag(get_site_identity)
register.filter("phone", format_phone)
