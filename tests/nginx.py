"""The real nginx before a house of a test, with the configuration that is made for it."""

import os
import subprocess
import time
from pathlib import Path

import requests

from gateway.domain import routes_of
from gateway.nginx import headers, render
from servicekit.settings import SERVICES
from tests.processes import House, free_port, start

PROGRAM = "/usr/sbin/nginx"
# The worker runs as we do: the folder is ours alone.
MAIN = """{user}daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  include {folder}/site.conf;
}}
"""


def start_nginx(house: House, folder: Path, *services: str) -> int:
    """Its port; with the operations of these services, which run. The house ends it."""
    port = free_port()
    routes = [
        route
        for service in services
        for route in routes_of(service, requests.get(house.url(service) + "/openapi.json", timeout=10).json())
    ]
    site = render(
        routes,
        {name: house.url(name) for name in SERVICES},
        gateway=house.url("gateway"),
        decision=f"http://127.0.0.1:{house.ports['gateway_metrics']}",
        port=port,
        headers_file=str(folder / "headers.conf"),
        cache_folder=str(folder / "decisions"),
    )
    (folder / "headers.conf").write_text(headers(), encoding="utf-8")
    (folder / "site.conf").write_text(site, encoding="utf-8")
    main = MAIN.format(folder=folder, user="user root; " if os.getuid() == 0 else "")
    (folder / "nginx.conf").write_text(main, encoding="utf-8")
    command = [PROGRAM, "-c", str(folder / "nginx.conf")]
    check = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stderr
    house.processes["nginx"] = start(command, folder / "out.log")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            requests.get(f"http://127.0.0.1:{port}/healthz", timeout=1)
        except requests.RequestException:
            time.sleep(0.05)
        else:
            return port
    raise TimeoutError("nginx does not answer")
