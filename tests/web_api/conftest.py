from tests.pilot_pages.conftest import content, loaded_content

__all__ = ["content", "loaded_content"]
