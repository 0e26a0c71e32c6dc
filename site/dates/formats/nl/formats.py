from dates.formats import *  # noqa: F403
