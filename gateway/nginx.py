"""nginx's configuration, made from the route table: nginx moves the bytes, the gateway decides.

Each operation gets a location of its own; every other address, and every refusal, goes to the gateway itself,
so that the answer is the same with nginx in front and without.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from gateway.connections import HEAD_SECONDS
from gateway.domain import COSTLY, PARAMETER, SEGMENT, Route
from gateway.forward import COOKIES, PASSED_IN
from gateway.packing import TYPES, WORTH_PACKING

HEADERS_FILE = "/etc/nginx/sammelan_headers.conf"
# Requests on their way at once; a kept connection on which nothing happens is none.
REQUESTS_PER_ADDRESS = 500
CACHE_FOLDER = "/var/cache/nginx/decisions"
_HEADER_NAMES = {name: "-".join(part.capitalize() for part in name.split("-")) for name in PASSED_IN}


def render(
    routes: Iterable[Route],
    services: Mapping[str, str],
    *,
    gateway: str,
    decision: str,
    port: int = 8080,
    max_body: str = "256k",
    headers_file: str = HEADERS_FILE,
    cache_folder: str = CACHE_FOLDER,
) -> str:
    """The whole of nginx.conf's http part. Addresses are `http://host:port`; `decision` is the gateway's inside one."""
    by_place: dict[str, tuple[str, set[str]]] = {}
    for route in routes:
        _, methods = by_place.setdefault(route.template, (route.service, set()))
        methods.add(route.method)
    upstreams = {**services, "gateway": gateway, "decision": decision}
    blocks = [_upstream(name, url) for name, url in sorted(upstreams.items())]
    places = [
        _location(template, service, methods, headers_file)
        for template, (service, methods) in sorted(by_place.items(), key=_fixed_first)
    ]
    costly = "|".join(map(re.escape, COSTLY))
    cache = (
        f"proxy_cache_path {cache_folder} levels=1 keys_zone=decisions:8m inactive=10s max_size=64m "
        "use_temp_path=off;\n"
        "limit_conn_zone $binary_remote_addr zone=sammelan_callers:8m;\n"
        'map "$request_method $request_uri" $counts {\n'
        "    default 1;\n"
        f'    "~^(GET|HEAD) ({costly})" 1;\n'
        '    "~^(GET|HEAD) " 0;\n'
        "}\n"
    )
    return "\n".join([cache, *blocks, _server(port, max_body, places)])


def _fixed_first(item: tuple[str, tuple[str, set[str]]]) -> tuple[int, str]:
    template = item[0]
    return (len(PARAMETER.findall(template)), template)


def _upstream(name: str, url: str) -> str:
    return f"upstream to_{name} {{\n    server {urlsplit(url).netloc};\n    keepalive 32;\n}}\n"


def _cookie_header(service: str) -> str:
    """Identity, which made the session, gets all cookies of this host; others only those named for them."""
    if service == "identity":
        return "$http_cookie"
    return "; ".join(f"{name}=$cookie_{name}" for name in COOKIES.get(service, ()))


def _location(template: str, service: str, methods: set[str], headers_file: str) -> str:
    pattern = "/".join(
        SEGMENT if PARAMETER.fullmatch(part) else re.escape(part) for part in template.split("/")
    )
    place = f"= {template}" if not PARAMETER.search(template) else f'~ "^{pattern}\\z"'
    allowed = "|".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
    cookie = _cookie_header(service)
    lines = [
        f"    location {place} {{",
        f"        if ($request_method !~ ^({allowed})$) {{ return 418; }}",
        "        auth_request /_decide;",
        "        auth_request_set $token $upstream_http_x_authorization;",
        "        auth_request_set $limit $upstream_http_ratelimit_limit;",
        "        auth_request_set $remaining $upstream_http_ratelimit_remaining;",
        "        auth_request_set $reset $upstream_http_ratelimit_reset;",
        # A service that says 401 holds a newer list of revocations than the decision did: the gateway asks again.
        # Its 403 costs a second refusal there. No other answer of a service is repeated.
        "        error_page 401 403 418 = @gateway;",
        "        proxy_intercept_errors on;",
        "        proxy_set_header Authorization $token;",
        f'        proxy_set_header Cookie "{cookie}";',
        "        add_header RateLimit-Limit $limit always;",
        "        add_header RateLimit-Remaining $remaining always;",
        "        add_header RateLimit-Reset $reset always;",
        f"        include {headers_file};",
        f"        proxy_pass http://to_{service};",
        "    }",
    ]
    return "\n".join(lines)


def headers() -> str:
    """The part that every location includes: only the named headers pass, as in the gateway."""
    lines = [
        "proxy_pass_request_headers off;",
        "proxy_http_version 1.1;",
        'proxy_set_header Connection "";',
        "proxy_set_header Host $proxy_host;",
        "proxy_set_header X-Request-Id $request_id;",
        "proxy_set_header X-Client-Address $remote_addr;",
        "proxy_set_header Content-Length $content_length;",
    ]
    lines += [
        f"proxy_set_header {name} $http_{key.replace('-', '_')};" for key, name in _HEADER_NAMES.items()
    ]
    lines += [
        "add_header X-Request-Id $request_id always;",
        "add_header X-Content-Type-Options nosniff always;",
        "add_header Referrer-Policy same-origin always;",
        "add_header X-Frame-Options DENY always;",
    ]
    return "\n".join(lines) + "\n"


def _server(port: int, max_body: str, places: list[str]) -> str:
    return f"""server {{
    listen {port};
    server_name _;
    server_tokens off;
    merge_slashes off;
    client_max_body_size {max_body};
    client_header_timeout {HEAD_SECONDS:.0f}s;
    client_body_timeout 15s;
    send_timeout 30s;
    limit_conn sammelan_callers {REQUESTS_PER_ADDRESS};
    limit_conn_status 503;
    large_client_header_buffers 4 16k;
    gzip on;
    gzip_min_length {WORTH_PACKING};
    gzip_types {" ".join(sorted(TYPES - {"text/html"}))};
    gzip_vary on;

    location = /_decide {{
        internal;
        proxy_pass_request_body off;
        proxy_pass_request_headers off;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Content-Length "";
        proxy_set_header Cookie $http_cookie;
        proxy_set_header Authorization $http_authorization;
        proxy_set_header Origin $http_origin;
        proxy_set_header Referer $http_referer;
        proxy_set_header Accept $http_accept;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Original-Method $request_method;
        proxy_set_header X-Original-URI $request_uri;
        # The same read again within a second is decided once, whoever asks; what is costly counts each time. A
        # revocation is still felt in time: the service itself refuses a revoked token, and a refusal is never kept.
        proxy_buffer_size 32k;
        proxy_buffers 4 32k;
        proxy_busy_buffers_size 64k;
        proxy_cache decisions;
        proxy_cache_key "$request_method $request_uri $http_cookie $http_authorization";
        proxy_cache_valid 204 1s;
        proxy_ignore_headers Cache-Control Expires Vary;
        proxy_cache_bypass $counts;
        proxy_no_cache $counts;
        proxy_pass http://to_decision/internal/decide;
    }}

    location @gateway {{
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_pass http://to_gateway;
    }}

    location / {{
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_pass http://to_gateway;
    }}

{chr(10).join(places)}
}}
"""
