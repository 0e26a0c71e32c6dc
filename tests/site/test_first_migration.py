"""Tests that the shorter way of the first migration is taken only there, and ends in the same database."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.state import ProjectState

from config.first_migration import faster_on_empty_database
from tests.site.commands import manage


def read_schema(data_dir: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(data_dir / "db.sqlite3")) as database:
        return set(database.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))


@pytest.mark.django_db
def test_an_update_migrates_as_django_does():
    original = ProjectState.add_model
    with faster_on_empty_database("default"):
        assert ProjectState.add_model is original
        assert "get_swappable_settings_name" not in vars(apps)


@pytest.mark.exhaustive
def test_a_first_migration_that_was_cut_off_ends_with_the_same_tables(tmp_path):
    at_once, cut_off = tmp_path / "at_once", tmp_path / "cut_off"
    for data_dir, words in [(at_once, ["migrate"]), (cut_off, ["migrate", "contenttypes"]), (cut_off, ["migrate"])]:
        result = manage(*words, data_dir=data_dir)
        assert result.returncode == 0, result.stderr
    assert read_schema(at_once) == read_schema(cut_off)
    assert len(read_schema(at_once)) > 100
