"""`gettext_lazy` for what describes the API: ninja and Pydantic keep a lazy text, where their types ask for a str."""

from collections.abc import Callable
from typing import cast

from django.utils import translation

gettext_lazy = cast(Callable[[str], str], translation.gettext_lazy)
