"""Two files of tests in folders that are no packages may not have one name: pytest would take one for the other."""

from collections import Counter

from tests.processes import ROOT


def test_each_file_of_tests_outside_a_package_has_a_name_of_its_own() -> None:
    outside = [
        path.name
        for path in (ROOT / "tests").rglob("test_*.py")
        if not (path.parent / "__init__.py").exists()
    ]
    assert len(outside) > 100
    assert [name for name, times in Counter(outside).items() if times > 1] == []
