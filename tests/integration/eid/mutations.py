"""Takes the relying party's checks out one by one, on a copy, and makes sure that a test goes red each time.

Run: .venv/bin/python -m tests.integration.eid.mutations [word in the name ...]
It prints what survived and ends with 1 when anything did. Each row: file, what is taken out, what stands there
instead, and which tests must notice.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.processes import ROOT

COPIED = ("identity", "servicekit", "gateway", "practice_eid", "tests", "examples", "pyproject.toml")
LINKED = (".embedded", "tests/peers/node_modules")
CASES = "tests/integration/eid/test_eid_refusals.py"
GOOD = "tests/integration/eid/test_eid_accepted.py"
KEYS = "tests/unit/identity/eid/test_eid_keys.py"
SERVICE = "tests/integration/eid/test_eid_service.py"
GATEWAY = "tests/integration/gateway/test_sign_in.py"
LOGOUT = "tests/integration/eid/test_eid_logout_tokens.py"

Row = tuple[str, str, str, str, str]
DOOR = "../../servicekit/out/door/"
MUTATIONS: list[Row] = [
    # file, taken out, put in, tests, -k
    ("id_token", 'if claims.get("iss") != profile.issuer:', "if False:", CASES, "iss"),
    (
        "id_token",
        'if claims.get("aud") not in (profile.client_id, [profile.client_id]):',
        "if False:",
        CASES,
        "made",
    ),
    (
        "id_token",
        'claims.get("aud") not in (profile.client_id, [profile.client_id])',
        'profile.client_id not in (claims.get("aud") or "")',
        CASES,
        "made",
    ),
    ("id_token", 'if "azp" in claims and', "if False and", CASES, "azp"),
    ("id_token", 'claims["azp"] != profile.client_id', "False", CASES, "azp"),
    ("id_token", "not isinstance(subject, str) or", "", CASES, "sub"),
    ("id_token", "not 0 < len(subject) <= MAX_SUBJECT", "False", CASES, "sub"),
    ("id_token", "or not subject.isprintable()", "", CASES, "sub"),
    ("id_token", "if expires + profile.leeway <= now:", "if False:", CASES, "expired"),
    ("id_token", "if made - profile.leeway > now or", "if", CASES, "future"),
    ("id_token", "or made + MAX_TOKEN_AGE < now", "", CASES, "ago"),
    ("id_token", 'if "nbf" in claims and', "if False and", CASES, "nbf or good"),
    ("id_token", "not isinstance(nonce, str) or", "", CASES, "nonce"),
    ("id_token", "not hmac.compare_digest(", "False and (", CASES, "nonce"),
    ("id_token", 'if "at_hash" in claims and', "if False and", CASES, "at_hash"),
    (
        "id_token",
        "if not access_token:\n        return None",
        "access_token = access_token or ''",
        CASES,
        "at_hash",
    ),
    ("id_token", "if isinstance(said, str) else None", "if isinstance(said, str) else 2", CASES, "acr"),
    ("id_token", "profile.acr.get(said) if", "profile.acr.get(said, 2) if", CASES, "acr"),
    ("id_token", "if len(proven) != len(levels) or not proven:", "if not proven:", CASES, "methods"),
    ("id_token", "min(proven) < max(asked.level, profile.minimum_level)", "False", CASES, "acr or level"),
    ("id_token", "max(asked.level, profile.minimum_level):", "profile.minimum_level:", CASES, "level"),
    ("id_token", "return min(proven)", "return max(proven)", CASES, "methods"),
    (
        "id_token",
        'if "auth_time" not in claims:\n        raise NotVerified("auth_time is missing")',
        'if "auth_time" not in claims:\n        return now',
        CASES,
        "older",
    ),
    ("id_token", "        return 0.0\n", "        return now\n", GOOD, "missing"),
    ("id_token", "if seen - profile.leeway > now:", "if False:", CASES, "auth_time"),
    ("id_token", "asked.max_age is not None and seen + asked.max_age", "False and seen + 0", CASES, "older"),
    ("id_token", "if isinstance(value, bool) or", "if", CASES, "nbf"),
    ("id_token", "or not isinstance(value, int | float)", "", CASES, "text"),
    ("id_token", "or not 0 <= value < 2**37", "", CASES, "years"),
    ("id_token", "shown(value[:MAX_CLAIM])[:200]", "value[:200]", CASES, "odd"),
    ("proof", 'if header.get("alg") != alg:', "if False:", CASES, "signed or alg or PS256"),
    (
        "proof",
        "registry = jws.JWSRegistry(algorithms=[alg]",
        "registry = jws.JWSRegistry(algorithms=None",
        GOOD,
        "algorithm",
    ),
    ("proof", 'if "crit" in header or', "if", CASES, "critical"),
    ("proof", 'or "b64" in header', "", CASES, "unencoded"),
    (
        "proof",
        "            continue\n        return Proof(",
        "            payload = b64payload(token)\n        return Proof(",
        CASES,
        "payload or stranger or signature",
    ),
    (
        "proof",
        "if encryption is not None:",
        "if encryption is not None and token.count('.') == 4:",
        CASES,
        "plain",
    ),
    ("proof", 'if header.get("alg") != encryption.alg or', "if", CASES, "plain"),
    ("proof", 'or header.get("enc") != encryption.enc', "", CASES, "plain"),
    ("proof", 'if "zip" in header or', "if", CASES, "plain"),
    ("proof", "not 0 < len(token) <= MAX_TOKEN", "not token", CASES, "kB"),
    ("proof", "if len(first) > MAX_HEADER:", "if False:", CASES, "header"),
    ("proof", "strict_object(base64", "json.loads(base64", CASES, "twice"),
    (
        "proof",
        "return strict_object(payload)",
        "return json.loads(payload)",
        CASES,
        "twice or deeply or NaN or list",
    ),
    ("proof", "registry.max_header_length = MAX_HEADER", "pass", GOOD, "kilobyte"),
    ("metadata", 'if found.get("issuer") != self._profile.issuer:', "if False:", CASES, "faulty"),
    ("metadata", "if parts.netloc.lower() not in self._profile.hosts:", "if False:", CASES, "faulty"),
    (
        "metadata",
        'if parts.scheme != "https" and (self._profile.secure or parts.scheme != "http"):',
        "if False:",
        CASES,
        "faulty or plain_http",
    ),
    (
        "metadata",
        'if parts.scheme != "https" and (self._profile.secure or',
        'if parts.scheme != "https" and (False or',
        CASES,
        "plain_http",
    ),
    ("metadata", "url.isascii() and url.isprintable() and", "", CASES, "faulty"),
    (
        "metadata",
        "parts = urlsplit(url)\n        except ValueError as error:",
        "parts = urlsplit(url)\n        except KeyError as error:",
        CASES,
        "faulty",
    ),
    ("metadata", "elif len(fitting) > 1:", "elif False:", CASES, "several"),
    (
        "metadata",
        '[index for index in fitting if self._keys[index].get("kid") == kid]',
        "fitting",
        CASES,
        "kid",
    ),
    ("metadata", 'if key.get("use", "sig") != "sig" or', "if", CASES, "encryption"),
    ("metadata", 'or key.get("alg", alg) != alg', "", CASES, "another"),
    (
        "metadata",
        'return isinstance(operations, list) and "verify" in operations',
        "return True",
        CASES,
        "verify or operations",
    ),
    ("metadata", 'return isinstance(operations, list) and "verify"', 'return "verify"', CASES, "operations"),
    ("metadata", '_bits(key["n"]) < MIN_RSA_BITS', "False", CASES, "1024"),
    ("metadata", 'key.get("kty") != wanted or', "", CASES, "shared"),
    ("metadata", '(curve is not None and key.get("crv") != curve)', "False", GOOD, "curve"),
    (
        "metadata",
        "if self._now() - self._asked_again_at.get(purpose, 0.0) < KEYS_COOL_DOWN:",
        "if False:",
        GOOD,
        "flood",
    ),
    (
        "metadata",
        "newer = None if keys.fetched_at >= began else self._newer(keys, deadline, purpose)",
        "newer = None",
        GOOD,
        "rotation",
    ),
    ("metadata", "if self._keys is not than:", "if False:", GOOD, "sixty"),
    (
        "metadata",
        "self._asked_again_at[purpose] = ",
        "self._asked_again_at['logout'] = self._asked_again_at['sign-in'] = ",
        GOOD,
        "forged",
    ),
    (
        "metadata",
        "self._now() - self._fetched_at < self._profile.discovery_max_age",
        "True",
        GOOD,
        "older_than_its_age",
    ),
    (
        "metadata",
        "return self._document if self._now() - self._fetched_at < KEPT_SECONDS else None",
        "return self._document",
        GOOD,
        "last_good",
    ),
    ("metadata", "self._now() - self._heard_at < HEARD_SECONDS", "True", GOOD, "silent"),
    (
        "metadata",
        "return 0 if self.down_since is None else min(BACK_SECONDS, deadline.left())",
        "return deadline.left()",
        GOOD,
        "nobody_else",
    ),
    ("metadata", "if copy is None or isinstance(error, EidSilent):", "if True:", GOOD, "last_good"),
    ("metadata", "if self._failed_at >= asked_at:", "if False:", GOOD, "waited_and_not"),
    (
        DOOR + "client",
        "redirect=False,\n            retries=False,",
        "redirect=True,\n            retries=3,",
        CASES,
        "elsewhere or redirect or place",
    ),
    (DOOR + "client", "if len(content) > most:", "if False:", CASES, "MB"),
    (
        DOOR + "deadlines",
        "late = [line for line in self._lines if",
        "late = [line for line in self._lines if False and",
        CASES,
        "waits",
    ),
    (
        "wire",
        'if self.media_type not in ("application/json", "application/jwk-set+json"):',
        "if False:",
        CASES,
        "HTML or type",
    ),
    ("wire", "return strict_object(self.body)", "return json.loads(self.body)", CASES, "list or deep"),
    (DOOR + "client", 'cert_reqs="CERT_REQUIRED"', 'cert_reqs="CERT_NONE"', GOOD, "tls"),
    (DOOR + "connecting", "found = made.get(timeout=seconds)", "found = made.get()", GOOD, "resolves"),
    (DOOR + "client", "line.runs_over(self._handle)\n        return made", "return made", CASES, "waits"),
    ("client", 'self._check_iss(params.get("iss"), deadline)\n        if', "if", CASES, "iss"),
    ("client", "if given != self.profile.issuer:", "if False:", CASES, "iss"),
    (
        "client",
        'if self.profile.iss_parameter == "required" or self.metadata.document(deadline).get(advertised):',
        "if False:",
        CASES,
        "iss",
    ),
    ("client", "if not 0 < len(code) <= MAX_CODE:", "if False:", CASES, "code"),
    (
        "client",
        'str(tokens.get("token_type", "")).lower() != ("dpop" if self.profile.dpop else "bearer")',
        "False",
        CASES,
        "mac or Bearer or type",
    ),
    (
        "client",
        'str(tokens.get("token_type", "")).lower() != ("dpop" if self.profile.dpop else "bearer")',
        "False",
        GOOD,
        "bearer_token",
    ),
    ("said", "or not is_plain(found):", "or False:", CASES, "breaks or surrogate"),
    ("client", 'if claims.get("sub") != person.subject:', "if False:", CASES, "userinfo"),
    ("client", 'if answer.media_type != "application/jwt":', "if False:", CASES, "userinfo"),
    ("client", 'claims.get("iss", self.profile.issuer) != self.profile.issuer', "False", CASES, "userinfo"),
    ("client", 'if claims.get("aud", self.profile.client_id) not in ours:', "if False:", CASES, "userinfo"),
    ("authentication", '"jti": secrets.token_urlsafe(24),', '"jti": "same",', GOOD, "assertion"),
    ("authentication", '"aud": profile.issuer,', '"aud": profile.issuer + "/token",', GOOD, "assertion"),
    ("authentication", "now + ASSERTION_SECONDS", "now + 3600", GOOD, "assertion"),
    ("authentication", '"kid": key.kid or ""', '"kid": ""', GOOD, "assertion"),
    ("authentication", "quote(profile.client_secret, '')", "profile.client_secret", GOOD, "form_encoded"),
    (
        "client",
        "for _ in range(2):\n                headers",
        "for _ in range(1):\n                headers",
        GOOD,
        "nonce",
    ),
    ("client", 'params["dpop_jkt"] =', "_ =", GOOD, "nonce"),
    (
        "dpop",
        "    if access_token is not None:\n        digest",
        "    if False:\n        digest",
        GOOD,
        "nonce",
    ),
    ("client", 'if self.profile.par == "required" and not advertised:', "if False:", GOOD, "par"),
    ("client", "if not enough:", "if False:", CASES, "not_even_asked"),
    ("client", "if self.profile.acr.get(value, level) >= level", "", CASES, "level_below or not_even"),
    ("client", "or not is_plain(request_uri)", "or False", GOOD, "takes_nothing_else"),
    ("said", "isinstance(code, str) and code in TOKEN_ERRORS", "True", GOOD, "takes_nothing_else"),
    (
        "client",
        'raise EidSilent(f"{what} answered',
        'raise NotVerified(f"{what} answered',
        CASES,
        "500 or 429",
    ),
    ("logout_token", 'not in ("jwt", "logout+jwt")', 'in ("zzz",)', LOGOUT, "typ or kind"),
    ("logout_token", "    check_parties(claims, profile)\n", "", LOGOUT, "refused"),
    ("logout_token", "if made - profile.leeway > now or", "if", LOGOUT, "refused"),
    ("logout_token", "or made + MAX_AGE + profile.leeway < now", "", LOGOUT, "refused"),
    ("logout_token", 'if "exp" in claims and', "if False and", LOGOUT, "refused"),
    ("logout_token", 'if "nonce" in claims:', "if False:", LOGOUT, "refused"),
    (
        "logout_token",
        "if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):",
        "if False:",
        LOGOUT,
        "refused",
    ),
    ("logout_token", 'if not said["jti"] or', "if", LOGOUT, "refused"),
    ("logout_token", 'or not (said["sub"] or said["sid"])', "", LOGOUT, "refused"),
    ("logout_token", "not isinstance(value, str) or", "", LOGOUT, "refused"),
    ("client", "if not self.profile.backchannel_logout:", "if False:", LOGOUT, "profile"),
    (
        "keys",
        '"retired" not in key and _starts(key) <= now',
        '"retired" not in key',
        KEYS,
        "before_it_is_used",
    ),
    (
        "keys",
        'shown = [key for key in keys if "retired" not in key]',
        "shown = list(keys)",
        KEYS,
        "encrypted",
    ),
    ("keys", "for name in _PUBLIC if name in key", "for name in key", KEYS, "private"),
    ("keys", 'if _state(mine, keys, now).state in ("in-use", "announced"):', "if False:", KEYS, "cannot"),
    (
        "keys",
        'kept = RETIRED_KEPT if key["use"] == "enc" else timedelta(0)',
        "kept = timedelta(0)",
        KEYS,
        "encrypted",
    ),
    (
        "../operations/sign_in",
        "if kept.over(context.clock.now()):",
        "if False:",
        SERVICE,
        "ten_minutes",
    ),
    (
        "../store/attempts",
        'found is None or found["browser"] != browser',
        "found is None",
        SERVICE,
        "in_another",
    ),
    (
        "../store/attempts",
        'used = self._attempts.delete_one({"_id": attempt_id}).deleted_count == 1',
        "used = True",
        GATEWAY,
        "good_once",
    ),
    ("../operations/sign_out", "if not context.store.first_use(", "if False and (", SERVICE, "every_session"),
    ("../routes/sign_in", " if len(values) == 1", "", SERVICE, "twice"),
    (
        "../operations/sign_in",
        "_note_refusal(context, refusal, provider, person)\n        if person is not None",
        "if person is not None",
        SERVICE,
        "operator",
    ),
]
HELPERS = {
    "proof": "import json\n\n\ndef b64payload(token: str) -> bytes:\n"
    '    part = token.split(".")[1]\n    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))\n',
    "wire": "import json\n",
}


def main(words: list[str]) -> int:
    survived = []
    rows = [row for row in MUTATIONS if not words or any(word in " ".join(row) for word in words)]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        copy.mkdir()
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(
                    source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules")
                )
            else:
                shutil.copy(source, copy / name)
        for name in LINKED:
            (copy / name).symlink_to(ROOT / name)
        for number, (file, old, new, tests, which) in enumerate(rows, 1):
            path = copy / "identity/eid" / f"{file}.py"
            whole = path.read_text(encoding="utf-8")
            if whole.count(old) < 1:
                survived.append(f"{file}: nothing like {old!r} to take out")
                print(f"{number}/{len(rows)} GONE     {file}: {old!r}", flush=True)
                continue
            first = "\nimport base64\n" if file == "proof" else "\nimport contextlib\n"
            changed = whole.replace(old, new, 1).replace(first, first + HELPERS.get(file, ""), 1)
            path.write_text(changed, encoding="utf-8")
            compiled = subprocess.run(
                [sys.executable, "-m", "py_compile", str(path)], capture_output=True, check=False
            )
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", tests, "-k", which],
                cwd=copy, capture_output=True, text=True, check=False,
            )  # fmt: skip
            red = done.returncode == 1 and compiled.returncode == 0
            print(f"{number}/{len(rows)} {'red' if red else 'SURVIVED'} {file}: {old[:70]!r}", flush=True)
            if not red:
                survived.append(f"{file}: {old!r} ({done.stdout[-300:]})")
            path.write_text(whole, encoding="utf-8")
    print(f"{len(rows) - len(survived)} of {len(rows)} noticed")
    print("\n".join(survived))
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
