"""gunicorn membership.wsgi:app"""

from membership.app import create_app
from membership.settings import read_settings

app = create_app(read_settings())
