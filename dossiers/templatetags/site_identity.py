"""The name and the logo of the municipality on pages of the backoffice, and on those to sign in."""

from django import template

from dossiers.site_identity import get_site_identity

register = template.Library()
register.simple_tag(get_site_identity)
