#!/usr/bin/env python
"""The project's command line: `python manage.py help` lists what it can do."""

import gc
import os
import sys
from pathlib import Path


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured

    try:
        if sys.argv[1:2] == ["serve"]:  # the supervisor loads no apps, to save memory
            from config.serve import serve

            sys.exit(serve(sys.argv[2:]))
        gc.disable()  # until the apps are loaded (config.apps), as nothing that is imported is garbage
        from django.conf import settings
        from django.core.management import execute_from_command_line

        settings.INSTALLED_APPS  # noqa: B018  (loads the settings here, so that an error in the environment is caught below)
    except ImproperlyConfigured as error:
        sys.exit(f"Not started: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
