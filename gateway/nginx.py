"""nginx's configuration, made from the route table: nginx moves the bytes, the gateway decides.

Each operation gets a location of its own; every other address, and every refusal, goes to the gateway itself,
so that the answer is the same with nginx in front and without.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from gateway.connections import BODY_SECONDS, HEAD_SECONDS
from gateway.domain import COSTLY, PARAMETER, SEGMENT, Route
from gateway.forward import COOKIES, LONGEST_SECONDS, PASSED_IN
from gateway.packing import TYPES, WORTH_PACKING
from servicekit.serving.patience import GATEWAY_MORE_SECONDS
from servicekit.serving.unreadable import UNREAD, page_of, problem_of

HEADERS_FILE = "/etc/nginx/sammelan_headers.conf"
# Requests on their way at once; a kept connection on which nothing happens is none.
REQUESTS_PER_ADDRESS = 500
# nginx's own word for that; what a service says is never this.
CROWDED = 598
CACHE_FOLDER = "/var/cache/nginx/decisions"
_HEADER_NAMES = {name: "-".join(part.capitalize() for part in name.split("-")) for name in PASSED_IN}


def render(
    routes: Iterable[Route],
    services: Mapping[str, str],
    *,
    gateway: str,
    decision: str,
    port: int = 8080,
    headers_file: str = HEADERS_FILE,
    cache_folder: str = CACHE_FOLDER,
) -> str:
    """The whole of nginx.conf's http part. Addresses are `http://host:port`; `decision` is the gateway's inside one."""
    read = {route.template: route for route in routes if route.method == "GET"}
    upstreams = {**services, "gateway": gateway, "decision": decision}
    blocks = [_upstream(name, url) for name, url in sorted(upstreams.items())]
    places = [
        _location(template, route, headers_file) for template, route in sorted(read.items(), key=_fixed_first)
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
        # Of a head that could not be read this is not known either.
        'map "$request_uri $http_accept" $refused_as {\n'
        "    default problem;\n"
        '    "~^/api/" problem;\n'
        '    "~text/html" page;\n'
        "}\n"
    )
    return "\n".join([cache, *blocks, _server(port, [*places, *_refusals()])])


def _fixed_first(item: tuple[str, Route]) -> tuple[int, str]:
    template = item[0]
    return (len(PARAMETER.findall(template)), template)


def _upstream(name: str, url: str) -> str:
    return f"upstream to_{name} {{\n    server {urlsplit(url).netloc};\n    keepalive 32;\n}}\n"


def _cookie_header(service: str) -> str:
    """Identity, which made the session, gets all cookies of this host; others only those named for them."""
    if service == "identity":
        return "$http_cookie"
    return "; ".join(f"{name}=$cookie_{name}" for name in COOKIES.get(service, ()))


def _location(template: str, route: Route, headers_file: str) -> str:
    """For what is read; whatever carries a body goes through the gateway, which holds the deadline over all of it."""
    pattern = "/".join(
        SEGMENT if PARAMETER.fullmatch(part) else re.escape(part) for part in template.split("/")
    )
    place = f"= {template}" if not PARAMETER.search(template) else f'~ "^{pattern}\\z"'
    lines = [
        f"    location {place} {{",
        "        if ($request_method !~ ^(GET|HEAD)$) { return 418; }",
        "        auth_request /_decide;",
        "        auth_request_set $token $upstream_http_x_authorization;",
        "        auth_request_set $limit $upstream_http_ratelimit_limit;",
        "        auth_request_set $remaining $upstream_http_ratelimit_remaining;",
        "        auth_request_set $reset $upstream_http_ratelimit_reset;",
        # A service that says 401 holds a newer list of revocations than the decision did: the gateway asks again.
        # Its 403 costs a second refusal there; a decision that does not come is a 500. No other answer of a service
        # is repeated.
        "        error_page 401 403 418 500 = @gateway;",
        f"        error_page 502 504 {CROWDED} =503 {_refused_at(503)};",
        "        proxy_intercept_errors on;",
        f"        proxy_read_timeout {_milliseconds(route.seconds + GATEWAY_MORE_SECONDS)};",
        "        proxy_set_header Authorization $token;",
        f'        proxy_set_header Cookie "{_cookie_header(route.service)}";',
        "        add_header RateLimit-Limit $limit always;",
        "        add_header RateLimit-Remaining $remaining always;",
        "        add_header RateLimit-Reset $reset always;",
        f"        include {headers_file};",
        f"        proxy_pass http://to_{route.service};",
        "    }",
    ]
    return "\n".join(lines)


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f}ms"


def _refused_at(status: int) -> str:
    return f"/_refused/$refused_as/{status}"


def _refusals() -> list[str]:
    """What nginx itself refuses, as everything else here is refused: as a problem, or as a page in all languages."""
    places = []
    for status in UNREAD:
        for kind, media_type, body in (
            ("problem", "application/problem+json", problem_of(status)),
            ("page", "text/html; charset=utf-8", page_of(status)),
        ):
            quoted = body.replace("\\", "\\\\").replace("'", "\\'")
            lines = [
                f"    location = /_refused/{kind}/{status} {{",
                "        internal;",
                f'        default_type "{media_type}";',
                "        add_header Cache-Control no-store always;",
                "        add_header X-Content-Type-Options nosniff always;",
                "        add_header X-Request-Id $request_id always;",
                "        add_header Content-Security-Policy \"default-src 'none'; frame-ancestors 'none'\" always;",
                *(["        add_header Retry-After 2 always;"] if status == 503 else []),
                f"        return {status} '{quoted}';",
                "    }",
            ]
            places.append("\n".join(lines))
    return places


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


def _server(port: int, places: list[str]) -> str:
    return f"""server {{
    listen {port};
    server_name _;
    server_tokens off;
    merge_slashes off;
    # The gateway says how much it takes, operation by operation.
    client_max_body_size 0;
    client_header_timeout {HEAD_SECONDS:.0f}s;
    # Between two reads; over all of it the gateway has a deadline, and answers before this one.
    client_body_timeout {BODY_SECONDS + 5:.0f}s;
    send_timeout 30s;
    proxy_connect_timeout 1s;
    # Nothing of a file is kept on the way, in or out: not even on a disk of ours.
    proxy_max_temp_file_size 0;
    limit_conn sammelan_callers {REQUESTS_PER_ADDRESS};
    limit_conn_status {CROWDED};
    large_client_header_buffers 4 16k;
    # Where the gateway that is asked instead does not answer either.
    recursive_error_pages on;
    error_page 400 {_refused_at(400)};
    error_page 408 {_refused_at(408)};
    error_page 413 {_refused_at(413)};
    error_page 414 {_refused_at(414)};
    error_page 494 =431 {_refused_at(431)};
    error_page 500 502 503 504 {CROWDED} =503 {_refused_at(503)};
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
        proxy_read_timeout 1s;
        proxy_pass http://to_decision/internal/decide;
    }}

    location @gateway {{
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_request_buffering off;
        proxy_read_timeout {LONGEST_SECONDS:.0f}s;
        proxy_pass http://to_gateway;
    }}

    location / {{
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_request_buffering off;
        proxy_read_timeout {LONGEST_SECONDS:.0f}s;
        proxy_pass http://to_gateway;
    }}

{chr(10).join(places)}
}}
"""
