"""No query in a form for which the embedded database walks the whole collection (architecture.md, Database facts)."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.the_code import sources, syntax
from tests.processes import ROOT

METHODS = {"find_one_and_update", "find_one_and_replace", "find_one_and_delete", "estimated_document_count"}
OPERATORS = {"$or", "$nor", "$and", "$expr", "$not", "$regex", "$where", "$text", "$function", "$graphLookup"}
RANGES = {"$gt", "$gte", "$lt", "$lte", "$ne", "$nin"}
# Where, which form, and why it costs nothing there.
ALLOWED = {
    ("sammelan/archive.py", "find_one of everything"): "a restore looks for data while nothing serves",
}


def forms(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _of_call(node, node.func.attr)
        if isinstance(node, ast.Constant) and node.value in OPERATORS:
            yield str(node.value)
        if isinstance(node, ast.Dict) and any(map(_is_range_of_id, node.keys, node.values)):
            yield "a range of _id"


def _of_call(call: ast.Call, method: str) -> Iterator[str]:
    if method in METHODS:
        yield method
    named = any(one.arg == "filter" for one in call.keywords)
    empty = not call.args or (isinstance(call.args[0], ast.Dict) and not call.args[0].keys)
    if method == "find_one" and empty and not named:
        yield "find_one of everything"
    if method in ("find", "find_one", "count_documents"):
        inner = [node for argument in call.args for node in ast.walk(argument) if isinstance(node, ast.Call)]
        if any(ast.unparse(node.func) in ("re.compile", "Regex") for node in inner):
            yield "a regular expression"


def _is_range_of_id(key: ast.expr | None, value: ast.expr) -> bool:
    if not isinstance(key, ast.Constant) or key.value != "_id" or not isinstance(value, ast.Dict):
        return False
    return bool(RANGES & {inner.value for inner in value.keys if isinstance(inner, ast.Constant)})


def test_no_query_scans_but_where_a_reason_is_given() -> None:
    found = {(str(path.relative_to(ROOT)), form) for path in sources() for form in forms(syntax(path))}
    assert sorted(found - set(ALLOWED)) == []
    assert sorted(set(ALLOWED) - found) == [], "no longer needed"


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("c.find_one_and_update({'_id': 1}, {})", "find_one_and_update"),
        ("c.find_one_and_delete({'_id': 1})", "find_one_and_delete"),
        ("c.find_one()", "find_one of everything"),
        ("c.find_one({}, session=s)", "find_one of everything"),
        ("c.find({'$or': [a, b]})", "$or"),
        ("query['$expr'] = 1", "$expr"),
        ("c.find({'name': {'$regex': 'x'}})", "$regex"),
        ("c.find({'name': re.compile('x')})", "a regular expression"),
        ("c.find({'_id': {'$gt': after}})", "a range of _id"),
        ("c.estimated_document_count()", "estimated_document_count"),
    ],
)
def test_each_form_is_seen(code: str, form: str) -> None:
    assert form in set(forms(ast.parse(code)))


def test_equality_and_ranges_of_indexed_fields_are_none_of_them() -> None:
    code = "c.find({'path': u, 'at': {'$gte': a, '$lt': b}}); c.find_one({'_id': x}); c.find({'_id': {'$in': i}})"
    assert list(forms(ast.parse(code))) == []
