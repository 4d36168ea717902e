"""What gunicorn loads."""

from tests.throwaway.parades.app import create_app
from tests.throwaway.parades.settings import read_settings

app = create_app(read_settings())
