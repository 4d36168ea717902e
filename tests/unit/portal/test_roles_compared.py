"""Roles beside each other: one row for each permission that a role holds or passes on."""

from portal.access.views.roles import compared, heads_of

ROLES = [
    {
        "key": "administrator",
        "names": {"en": "Administrator"},
        "strong": True,
        "permissions": [
            {"permission": "unit:read", "reach": "below", "use": True},
            {"permission": "congress:report", "reach": "below", "use": False},
        ],
    },
    {
        "key": "clerk",
        "names": {"en": "Clerk"},
        "strong": False,
        "permissions": [
            {"permission": "unit:read", "reach": "below", "use": True},
            {"permission": "congress:report", "reach": "own", "use": True},
            {"permission": "new:one", "reach": "own", "use": True},
        ],
    },
]


def test_each_role_stands_beside_the_others() -> None:
    rows = compared(ROLES, ["congress:report", "unit:read", "held:by-nobody"])
    assert [row.word.key for row in rows] == ["congress:report", "unit:read", "new:one"]
    report, read, new = rows
    assert [(cell.reach, cell.passes_on) for cell in report.cells] == [
        ("", True),
        ("in the unit itself", False),
    ]
    assert [cell.reach for cell in read.cells] == ["in the unit and all below it"] * 2
    assert [(cell.reach, cell.passes_on) for cell in new.cells] == [
        ("", False),
        ("in the unit itself", False),
    ]
    assert [(one.key, one.strong) for one in heads_of(ROLES)] == [("administrator", True), ("clerk", False)]
