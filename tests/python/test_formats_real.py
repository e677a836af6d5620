"""Real dictionaries, each with its number of entries; none of them is part of the project."""

import pytest
from conftest import NO_NEWS
from formats_support import skipping
from support import DATA

from slugline import Gazetteer

FORMATS = {
    # What the file has by other counts: see each test below.
    "liwc/mfd2.0.dic": (2103, 10),
    "liwc/moral_foundations_dictionary.dic": (359, 11),
    "wordstat/RID.cat": (3150, 43),
    "wordstat/Laver_and_Garry_2000.cat": (418, 20),
    "yoshikoder/laver-garry.ykd": (416, 19),
    "newsmap/arabic.yml": (745, 241),
    "newsmap/chinese_simplified.yml": (562, 241),
    "newsmap/chinese_traditional.yml": (760, 241),
    "newsmap/english.yml": (819, 241),
    "newsmap/french.yml": (882, 241),
    "newsmap/german.yml": (931, 241),
    "newsmap/hebrew.yml": (728, 241),
    "newsmap/italian.yml": (853, 241),
    "newsmap/japanese.yml": (504, 241),
    "newsmap/portuguese.yml": (1211, 241),
    "newsmap/russian.yml": (733, 241),
    "newsmap/spanish.yml": (885, 241),
    "newsmap/turkish.yml": (803, 241),
    "gate/city.lst": (1994, 1),
    "gate/company.lst": (4758, 1),
    "gate/country.lst": (351, 1),
    "gate/country_adj.lst": (776, 1),
    "gate/currency_unit.lst": (254, 1),
    "gate/date_unit.lst": (27, 1),
    "gate/government.lst": (133, 1),
    "gate/org_base.lst": (188, 1),
    "gate/organization.lst": (164, 1),
    "gate/person_full.lst": (144, 1),
}
PARQUET = {
    "cities15000_names": (32148, 1),
    "countries_all_langs": (31917, 1),
    "eu_sanctions": (20739, 6),
    "loughran_mcdonald": (4232, 8),
    "mixed_100": (100, 4),
    "mixed_100k": (100000, 12),
    "mixed_10k": (10000, 9),
    "mixed_1k": (1000, 5),
    "mixed_max": (1314913, 16),
    "newsmap_all13": (8180, 241),
    "newsmap_ar": (745, 241),
    "newsmap_de": (931, 241),
    "newsmap_en": (819, 241),
    "newsmap_es": (885, 241),
    "newsmap_fr": (882, 241),
    "newsmap_ja": (504, 241),
    "newsmap_ru": (733, 241),
    "newsmap_tr": (803, 241),
    "newsmap_zh-Hans": (562, 241),
    "phoenix_actors": (34328, 1),
    "quanteda_LSD2015": (9148, 4),
    "us_congress": (1569, 1),
    "words_en": (235886, 1),
}


def real(kind, name):
    path = DATA / kind / name
    if not path.exists():
        pytest.skip(f"{NO_NEWS} {path}")
    return path


@pytest.mark.parametrize(("name", "expected"), FORMATS.items())
def test_formats(name, expected):
    gaz = Gazetteer.read(real("formats", name))
    assert (len(gaz), len(gaz.concepts)) == expected


@pytest.mark.parametrize(("name", "expected"), PARQUET.items())
def test_parquet(name, expected):
    gaz = Gazetteer.read(real("gazetteers", f"{name}.parquet"), concept="label")
    assert (len(gaz), len(gaz.concepts)) == expected
    assert not any(attributes.keys() - {"id", "pattern"} for attributes in first_attributes(gaz))


def first_attributes(gaz):
    return [entry.attributes for entry, _ in zip(gaz, range(100), strict=False)]


def test_gate_index_names_more_lists_than_are_there():
    path = real("formats", "gate/lists.def")
    with pytest.raises(ValueError, match=r"lists\.def, line 1: there is no list 'adbc\.lst'"):
        Gazetteer.read(path)
    gaz = skipping(path)
    assert len(gaz) == sum(count for name, (count, _) in FORMATS.items() if "gate/" in name)
    assert len(gaz.skipped) == 107
    assert all("there is no list" in reason for reason in gaz.skipped)
    assert {"location/city", "organization/company", "person_full"} <= {*gaz.concepts}
    (france,) = (e for e in gaz if e.phrase == "France")
    assert france.attributes["ISO2"] == "FR"
    assert {e.phrase for e in gaz} >= {"AT&T", "A & W Restaurants", "E*Trade Financial Corporation"}
    assert not any(e.glob for e in gaz)


@pytest.mark.parametrize("name", ["RID", "Laver_and_Garry_2000"])
def test_each_weighted_line_of_wordstat_is_an_entry(name):
    path = real("formats", f"wordstat/{name}.cat")
    weighted = [line for line in path.read_text("ascii").splitlines() if line.endswith(" (1)")]
    gaz = Gazetteer.read(path)
    assert len(gaz) == len(weighted)
    assert sum(e.glob for e in gaz) == sum("*" in line for line in weighted)


def test_each_number_of_liwc_is_an_entry():
    path = real("formats", "liwc/mfd2.0.dic")
    _, _, entries = path.read_text("ascii").replace("\r", "\n").split("%\n")
    gaz = Gazetteer.read(path)
    assert [e.phrase for e in gaz] == [line.split("\t")[0] for line in entries.splitlines()]
    path = real("formats", "liwc/moral_foundations_dictionary.dic")
    codes = [line.split()[1:] for line in path.read_text("ascii").split("%")[2].splitlines()]
    assert len(Gazetteer.read(path)) == sum(map(len, codes))


def test_each_pnode_of_yoshikoder_is_an_entry():
    path = real("formats", "yoshikoder/laver-garry.ykd")
    assert len(Gazetteer.read(path)) == path.read_text("utf-8").count("<pnode ")
