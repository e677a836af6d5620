"""Dictionaries of content analysis: LIWC, WordStat, Yoshikoder, Lexicoder."""

import pytest
from formats_support import pairs, put, skipping

from slugline import Gazetteer

# -- LIWC -----------------------------------------------------------------------------------------

FLAT = """%\t\t
01                    Threat
02                    Care
10\tHealth Care
%\t\t
threat*\t\t\t01
safe\t\t02 10
nurs*        \t10           \t

civil rights\t02
:)\t02
Ω-3\t10
"""


def test_liwc_with_tabs_spaces_and_several_codes(tmp_path):
    gaz = Gazetteer.read(put(tmp_path, "g.dic", FLAT))
    assert pairs(gaz) == [
        ("threat*", "Threat"),
        ("safe", "Care"),
        ("safe", "Health Care"),
        ("nurs*", "Health Care"),
        ("civil rights", "Care"),
        (":)", "Care"),
        ("Ω-3", "Health Care"),
    ]
    assert [e.phrase for e in gaz if e.glob] == ["threat*", "nurs*"]
    assert not any(e.glob for e in Gazetteer.read(tmp_path / "g.dic", glob=False))


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_liwc_with_other_line_ends(end, tmp_path):
    path = put(tmp_path, "g.dic", FLAT.replace("\n", end))
    assert pairs(Gazetteer.read(path)) == pairs(Gazetteer.read(put(tmp_path, "h.dic", FLAT)))
    path = put(tmp_path, "i.dic", FLAT.replace("\n", end) + "lost\t77")
    with pytest.raises(ValueError, match=r"i\.dic, line 13: there is no category 77"):
        Gazetteer.read(path)


def test_liwc_with_spaces_alone(tmp_path):
    path = put(tmp_path, "g.dic", "%\n1 Droits\n2 Guerre\n%\ndroits civils 1\nguerr* 2 1\n:( 2\n")
    assert pairs(Gazetteer.read(path)) == [
        ("droits civils", "Droits"),
        ("guerr*", "Guerre"),
        ("guerr*", "Droits"),
        (":(", "Guerre"),
    ]


HIERARCHY = """%
1\tfunction (Function Words)
\t2\tpronoun (Pronouns)
\t\t3\tshe/he
\t5\tarticle
30\taffect
%
она\t1\t2\t3
the\t1\t5
grief*\t30
"""


def test_liwc_hierarchy(tmp_path):
    gaz = Gazetteer.read(put(tmp_path, "g.dic", HIERARCHY))
    pronouns = "function (Function Words)/pronoun (Pronouns)"
    assert pairs(gaz) == [
        ("она", "function (Function Words)"),
        ("она", pronouns),
        ("она", rf"{pronouns}/she\/he"),
        ("the", "function (Function Words)"),
        ("the", "function (Function Words)/article"),
        ("grief*", "affect"),
    ]


def test_liwc_numbers_set_flush_right_are_no_hierarchy(tmp_path):
    path = put(tmp_path, "g.dic", "%\n 10 B\n  1 A\tb\n%\nx\t1\ny\t10\n")
    assert Gazetteer.read(path).concepts == ["A b", "B"]


def test_liwc_stars_and_question_marks(tmp_path):
    gaz = Gazetteer.read(put(tmp_path, "g.dic", "%\n1 A\n%\n:*\t1\nhuh?\t1\nwh?t*\t1\nso *\t1\n"))
    assert [(e.phrase, e.glob) for e in gaz] == [
        (":*", False),
        ("huh?", False),
        (r"wh\?t*", True),
        ("so *", True),
    ]


CONTEXT = """%
1 Filler
125 Affect
253 Time
%
like\t(02 134)125/464\t(02 134)126\t253\t1
kind\t<of>131/125\t135/126
kind<of>\t125
(1) like*\t125
(they) like\t125
(y)\t125
like (02 134)125/464 253
"""


def test_liwc_context_is_never_read_as_if_it_were_none(tmp_path):
    path = put(tmp_path, "g.dic", CONTEXT)
    with pytest.raises(ValueError, match=r"g\.dic, line 6: the condition '\(02 134\)125/464' of"):
        Gazetteer.read(path)
    gaz = skipping(path)
    assert pairs(gaz) == [("like", "Time"), ("like", "Filler"), ("(y)", "Affect")]
    lines = [int(reason.split(", line ")[1].split(":")[0]) for reason in gaz.skipped]
    assert lines == [6, 6, 7, 7, 8, 9, 10, 12]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1 A\nx 1\n", r"line 1: stands before the %"),
        ("", r"g\.dic: there must be two lines of %.* not 0"),
        ("%\n1 A\n", r"not 1"),
        ("%\nA\n%\n", r"line 2: a category must be a number and a name, not 'A'"),
        ("%\n1 A\n01 B\n%\n", r"line 3: there are two categories 01"),
        ("%\n1 A\n%\nword\n", r"line 4: 'word' has no category"),
        ("%\n1 A\n%\nword\t1\tx9\n", r"line 4: 'x9' of 'word' is not the number"),
        ("%\n1 A\n%\nword\t2\n", r"line 4: there is no category 2, which 'word' has"),
        ("%\n1 A\n%\nword 1\t1\n", r"line 4: 'word 1' ends in the number of a category"),
        ("%\n1 A\n%\n\t1\n", r"line 4"),
    ],
)
def test_liwc_unreadable(text, reason, tmp_path):
    with pytest.raises(ValueError, match=reason):
        Gazetteer.read(put(tmp_path, "g.dic", text))


def test_liwc_numbers_in_phrases(tmp_path):
    gaz = Gazetteer.read(put(tmp_path, "g.dic", "%\n1 A\n%\ncatch 22\t1\n4ever\t1\n9/11\t1\n"))
    assert [e.phrase for e in gaz] == ["catch 22", "4ever", "9/11"]


# -- WordStat -------------------------------------------------------------------------------------

CAT = """CONFLICT\r
\tWAR\r
\t\tGUERRE* (1)\r
\t\tGUERRE_CIVILE (2)\r
\t\tВОЙНА (-0.5)\r
\t+PEACE+\r
\t\tPAIX (1,5)\r
\tARMY (1)\r
ECONOMY/TRADE\r
\tTARIFF? (1)\r
\tWORLD TRADE (1)\r
"""


def test_wordstat(tmp_path):
    gaz = Gazetteer.read(put(tmp_path, "g.cat", CAT))
    assert [(e.phrase, e.concept, e.weight) for e in gaz] == [
        ("GUERRE*", "CONFLICT/WAR", 1.0),
        ("GUERRE CIVILE", "CONFLICT/WAR", 2.0),
        ("ВОЙНА", "CONFLICT/WAR", -0.5),
        ("PAIX", "CONFLICT/+PEACE+", 1.5),
        ("ARMY", "CONFLICT", 1.0),
        ("TARIFF?", r"ECONOMY\/TRADE", 1.0),
        ("WORLD TRADE", r"ECONOMY\/TRADE", 1.0),
    ]
    assert [e.phrase for e in gaz if e.glob] == ["GUERRE*", "TARIFF?"]


def test_wordstat_with_spaces_before_tabs(tmp_path):
    path = put(
        tmp_path, "g.cat", "SOUTH\n   \tLS\n   \t\tMaseru (1)\n   \tZA\n   \t\tCape Town (1)"
    )
    assert pairs(Gazetteer.read(path)) == [("Maseru", "SOUTH/LS"), ("Cape Town", "SOUTH/ZA")]


def test_wordstat_rules_are_reported(tmp_path):
    rules = ["@R1 [GOOD NEAR #NEG /S] (1)", "#NEG (1)", "TAX AFTER CUT (1)", "A BEFORE B /W5 (1)"]
    path = put(tmp_path, "g.cat", "A\n\tGOOD (1)\n" + "".join(f"\t{rule}\n" for rule in rules))
    with pytest.raises(ValueError, match=r"g\.cat, line 3: '@R1 .* reads like a rule"):
        Gazetteer.read(path)
    gaz = skipping(path)
    assert pairs(gaz) == [("GOOD", "A")]
    assert len(gaz.skipped) == 4


def test_wordstat_word_without_category(tmp_path):
    with pytest.raises(ValueError, match="line 1: it stands under no category"):
        Gazetteer.read(put(tmp_path, "g.cat", "WORD (1)\n"))


# -- Yoshikoder and Lexicoder ---------------------------------------------------------------------

YKD = """<?xml version="1.0" encoding="{encoding}"?>
<dictionary style="050805" patternengine="substring">
 <cnode name="Écologie" desc="about it">
  <pnode name="climat*"/>
  <cnode name="Pro/Contra">
   <pnode name="&#233;nergie &amp; climat" score="0.5" desc="both"></pnode>
   <pnode name="pourquoi?"/>
  </cnode>
 </cnode>
</dictionary>
"""


@pytest.mark.parametrize(
    "encoding", ["UTF-8", "ISO-8859-1", "windows-1252", "UTF-16", "EUC-JP", "utf-8-sig"]
)
def test_yoshikoder(encoding, tmp_path):
    name = "UTF-8" if encoding == "utf-8-sig" else encoding
    text = YKD.format(encoding=name)
    if encoding == "EUC-JP":
        text = text.replace("É", "環")
    first, second, third = Gazetteer.read(put(tmp_path, "g.ykd", text, encoding))
    top = "環cologie" if encoding == "EUC-JP" else "Écologie"
    assert (first.phrase, first.concept, first.glob) == ("climat*", top, True)
    assert second[:2] == ("énergie & climat", rf"{top}/Pro\/Contra")
    assert (second.weight, second.attributes) == (0.5, {"desc": "both"})
    assert (third.phrase, third.glob) == ("pourquoi?", False)


def test_yoshikoder_encoding_given_wins(tmp_path):
    path = put(tmp_path, "g.ykd", YKD.format(encoding="UTF-8"), "latin-1")
    with pytest.raises(ValueError, match=r"g\.ykd, line 3: byte 0xc9 is not UTF-8"):
        Gazetteer.read(path)
    assert Gazetteer.read(path, encoding="latin-1").concepts[0] == "Écologie"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<dictionary>\n<cnode name='a'>\n</dictionary>", r"g\.ykd, line 3: not XML: mismatched"),
        ("CULTURE\n", r"line 1: not XML"),
        ("<html/>", r"line 1: must be <dictionary>, not <html>"),
        ("<dictionary patternengine='regexp'/>", r"line 1: .*regular expressions"),
        ("<dictionary>\n<pnode name='a'/></dictionary>", r"line 2: a <pnode> stands in no <cnode>"),
        ("<dictionary><cnode name='a'><pnode/></cnode></dictionary>", r"a <pnode> has no name"),
        ("<dictionary><cnode name=' '><pnode name='a'/></cnode></dictionary>", r"has no name"),
        ("<dictionary><rule/></dictionary>", r"<rule> is neither <cnode> nor <pnode>"),
        ("<dictionary><cnode name='a'><pnode name='b' score='x'/></cnode></dictionary>", r"'x'"),
        ('<!DOCTYPE d [<!ENTITY e "x">]>\n<dictionary/>', r"line 1: a dictionary cannot declare"),
    ],
)
def test_xml_unreadable(text, reason, tmp_path):
    with pytest.raises(ValueError, match=reason):
        Gazetteer.read(put(tmp_path, "g.ykd", text))


def test_xml_skipping(tmp_path):
    text = "<dictionary><cnode name='a'>\n<pnode name='b'/>\n<pnode/></cnode></dictionary>"
    gaz = skipping(put(tmp_path, "g.ykd", text))
    assert pairs(gaz) == [("b", "a")]
    assert len(gaz.skipped) == 1


def lcd(*names):
    pnodes = "".join(f'<pnode name="{name}"></pnode>' for name in names)
    return f'<dictionary style="Lexicoder"><cnode name="t100">{pnodes}</cnode></dictionary>'


def test_lexicoder_2_takes_spaces_for_edges_of_words(tmp_path):
    gaz = Gazetteer.read(put(tmp_path, "g.lcd", lcd("conjunctuur", " NBB ", "recht ", " tax")))
    assert [(e.phrase, e.boundary) for e in gaz] == [
        ("conjunctuur", "none"),
        ("NBB", "word"),
        ("recht", "end"),
        ("tax", "start"),
    ]
    gaz = Gazetteer.read(put(tmp_path, "h.lcd", lcd("conjunctuur", "a lie")))
    assert [(e.phrase, e.boundary) for e in gaz] == [("conjunctuur", "word"), ("a lie", "word")]


def test_lexicoder_3(tmp_path):
    path = put(
        tmp_path, "g.lc3", "\ufeff+NEGATIVE\r\nABANDON*\r\nA LIE\r\n\r\n+POSITIVE\r\nréussi?\r\n"
    )
    gaz = Gazetteer.read(path)
    assert pairs(gaz) == [
        ("ABANDON*", "NEGATIVE"),
        ("A LIE", "NEGATIVE"),
        ("réussi?", "POSITIVE"),
    ]
    assert [e.glob for e in gaz] == [True, False, False]
    with pytest.raises(ValueError, match=r"line 1: 'lie' stands under no \+category"):
        Gazetteer.read(put(tmp_path, "h.lc3", "lie\n"))
    with pytest.raises(ValueError, match=r"line 1: a concept has no name"):
        Gazetteer.read(put(tmp_path, "i.lc3", "+\nlie\n"))
