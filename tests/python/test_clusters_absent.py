"""What the modules for clusters say where their library is not installed."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "missing", "install"),
    [
        ("dask", "dask", "dask[dataframe]"),
        ("dask", "dask.dataframe", "dask[dataframe]"),
        ("ray", "ray", "ray[data]"),
    ],
)
def test_without_its_library_it_says_what_to_install(module, missing, install):
    code = (
        f"import sys; sys.modules['{missing}'] = None\n"
        "import slugline as sl\n"
        f"try: sl.{module}.tag\n"
        "except ImportError as error: print(error)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == f"slugline.{module} needs {install}: `pip install {install}`\n"


def test_slugline_imports_none_of_them():
    code = (
        "import sys, slugline as sl\n"
        "sl.PhraseMatcher(['NATO']).tag(['NATO'])\n"
        "print([name for name in ('dask', 'ray', 'pyspark') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"
