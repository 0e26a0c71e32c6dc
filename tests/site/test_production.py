import re

from tests.site.commands import PRODUCTION, manage

EMPTY_SITE_SETTINGS = "pilot_pages."  # checks of pilot_pages name the settings of the site that nobody filled in yet


def test_check_deploy_names_nothing_but_empty_settings_of_the_site(migrated_dir):
    result = manage("check", "--deploy", data_dir=migrated_dir, **PRODUCTION)
    assert result.returncode == 0
    named = re.findall(r"\((\w+\.[EWIC]\d+)\)", result.stderr)
    assert named  # nobody has filled them in here
    assert [check for check in named if not check.startswith(EMPTY_SITE_SETTINGS)] == [], result.stderr


def test_a_demo_is_not_loaded_in_production(tmp_path):
    result = manage("load_demo", data_dir=tmp_path, **PRODUCTION)
    assert result.returncode == 1
    assert "MODE=production" in result.stderr
    assert "Traceback" not in result.stderr
