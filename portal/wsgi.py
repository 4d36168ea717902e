"""What gunicorn loads."""

from portal.app import create_app
from portal.settings import read_settings

app = create_app(read_settings())
