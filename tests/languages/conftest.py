"""The house and the visitors of the browser tests; the house is another one, with nothing in it but the sample."""

from tests.browser.conftest import chromium, running, visit

__all__ = ["chromium", "running", "visit"]
