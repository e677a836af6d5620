"""The engine beside the slow reference, over generated gazetteers with wild cards."""

from engine_checks import FILLER, check_long_document, check_matches, check_storages
from hazards_globs import glob_cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import POLICIES

THOROUGH = settings(max_examples=700, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BRIEF = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@THOROUGH
@given(glob_cases(), st.integers(0, len(FILLER)))
def test_matches_are_those_of_the_reference(case, filled):
    check_matches(case, filled)


@BRIEF
@given(glob_cases(), st.sampled_from(["char", "byte", "utf16"]))
def test_every_storage_gives_the_same(case, offsets):
    check_storages(case, offsets)


@FEW
@given(glob_cases(), st.sampled_from(POLICIES))
def test_one_long_document_is_cut_without_loss(case, overlap):
    check_long_document(case, overlap)
