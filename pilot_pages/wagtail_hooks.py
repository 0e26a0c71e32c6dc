"""Registers with Wagtail, and does nothing else."""

from wagtail import hooks

from pilot_pages.models.sign_up import without_sign_up_pages

hooks.register("filter_form_submissions_for_user", without_sign_up_pages)
