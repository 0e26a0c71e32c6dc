import re

from tests.site.commands import PRODUCTION, manage

EMPTY_SITE_SETTINGS = "pilot_pages."  # the checks of pilot_pages report empty site settings


def test_check_deploy_warns_only_about_empty_site_settings(migrated_dir):
    result = manage("check", "--deploy", data_dir=migrated_dir, **PRODUCTION)
    assert result.returncode == 0
    named = re.findall(r"\((\w+\.[EWIC]\d+)\)", result.stderr)
    assert named  # the site settings are empty here
    assert [check for check in named if not check.startswith(EMPTY_SITE_SETTINGS)] == [], result.stderr


def test_a_demo_cannot_be_loaded_in_production(tmp_path):
    result = manage("load_demo", data_dir=tmp_path, **PRODUCTION)
    assert result.returncode == 1
    assert "MODE=production" in result.stderr
    assert "Traceback" not in result.stderr
