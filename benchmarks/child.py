"""The other side of processes.py: `python -m benchmarks.child module.function JSON` prints the figures as JSON."""

import json
import os
import sys
from importlib import import_module

import django


def main(function: str, arguments: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    module, name = function.split(".")
    figures = getattr(import_module(f"benchmarks.measured.{module}"), name)(**json.loads(arguments))
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
