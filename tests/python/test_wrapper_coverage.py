"""Whatever the core offers, the package uses: nothing is left unwrapped, and nothing unused."""

import ast
from pathlib import Path

import pytest

import slugline
from slugline import _core

PACKAGE = Path(slugline.__file__).parent

# For tests, and for parts of the package that read single texts, which are to come.
NOT_YET = {"Texts.get", "Texts.slice"}


def used():
    names = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute):
                names.add(node.attr)
            elif isinstance(node, ast.alias):
                names.add(node.name)
    return names


def offered():
    for name, value in vars(_core).items():
        if name.startswith("_") or not getattr(value, "__module__", "").startswith("slugline"):
            continue
        if not isinstance(value, type):
            if name not in NOT_YET:
                yield name, name
            continue
        for member in vars(value):
            if not member.startswith("_") and f"{name}.{member}" not in NOT_YET:
                yield f"{name}.{member}", member


@pytest.mark.parametrize(("full", "name"), sorted(offered()))
def test_the_package_uses(full, name):
    assert name in used(), full


def test_every_public_name_has_a_docstring():
    for name in slugline.__all__:
        value = getattr(slugline, name)
        if name.startswith("__"):
            continue
        assert value.__doc__, name
        if not isinstance(value, type):
            continue
        for member, function in vars(value).items():
            if not member.startswith("_") and callable(function):
                assert function.__doc__, f"{name}.{member}"
