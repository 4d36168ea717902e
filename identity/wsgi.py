"""What gunicorn loads."""

from identity.app import create_app
from identity.settings import read_settings

app = create_app(read_settings())
