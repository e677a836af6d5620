"""What the tests of formats share."""

from slugline import Gazetteer


def put(tmp_path, name, content, encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def pairs(gaz):
    return [(entry.phrase, entry.concept) for entry in gaz]


def skipping(path, *args, **options):
    """Read what can be read; the caller looks at what was skipped."""
    import pytest

    with pytest.warns(UserWarning, match="skipped"):
        gaz = Gazetteer.read(path, *args, errors="skip", **options)
    assert all(path.parent.name in reason for reason in gaz.skipped)
    return gaz
