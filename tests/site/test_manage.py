"""Tests of the start of each command."""

from tests.site.commands import manage


def test_a_command_searches_for_garbage_but_not_in_the_code(migrated_dir):
    words = "import gc; print(gc.isenabled(), gc.get_freeze_count() > 100_000)"
    result = manage("shell", "-v0", "-c", words, data_dir=migrated_dir)
    assert result.stdout.split() == ["True", "True"], result.stderr
