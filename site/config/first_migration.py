"""A first migration that takes little more than half of the time of Django's."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState


@contextmanager
def faster_on_empty_database(alias: str) -> Iterator[None]:
    """Have migrations make models anew less often, if none of them was applied to this database yet."""
    if MigrationRecorder(connections[alias]).applied_migrations():
        yield
        return
    original = ProjectState.add_model

    def add_model(self: ProjectState, model_state: ModelState) -> None:
        """Add a model to those that exist, as when Django loads the apps.

        Django makes all related models anew, so that those of the former state don't know the new model. But when a
        table is created, nothing looks at the former state.
        """
        rendered = vars(self).pop("apps", None)
        original(self, model_state)
        if rendered:
            self.apps = rendered
            rendered.render_multiple([model_state])

    ProjectState.add_model = add_model  # type: ignore[method-assign]
    # Each model that is made empties Django's own cache of this, and each foreign key asks for it.
    apps.get_swappable_settings_name = functools.cache(apps.get_swappable_settings_name)  # type: ignore[method-assign]
    try:
        yield
    finally:
        ProjectState.add_model = original  # type: ignore[method-assign]
        del apps.get_swappable_settings_name
