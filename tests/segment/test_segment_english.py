"""English sentences: a table of texts with ¦ where a sentence ends."""

from __future__ import annotations

import pytest

from mtpipe.segment import split

CASES = [
    "",
    "The delegation arrived",
    "The delegation arrived. ¦Then it left.",
    "Did it arrive? ¦Yes! ¦It did.",
    "What?! ¦No way!! ¦Really???",
    "The delegation arrived.\n¦Then it left.",
    "The delegation\narrived. ¦Then it left. ",
    "A headline without a stop\n\n¦The delegation arrived.",
    # titles and other abbreviations that lead to something
    "Mr. Haddad met Dr. Salem and Mrs. Nasser. ¦They talked.",
    "Gen. Omar spoke to Lt. Col. Farid near St. Mary's.",
    "Sens. Lee and Brown voted, as did Rep. Gray.",
    "It resembles Roe v. Wade in many ways.",
    "Large animals, e.g. Asian elephants, i.e. Elephas, live here.",
    "See No. 5 and Nos. 6-8 on p. 12, Fig. 3.",
    "He said no. ¦Then he left.",
    # abbreviations that may close a sentence
    "He works at Apple Inc. in California.",
    "He works at Apple Inc. ¦The firm pays well.",
    "He founded Nile Co. Ltd. and sold it. ¦But he stayed.",
    "She lives in the U.S. with her son.",
    "She lives in the U.S. ¦Her son does not.",
    "The U.S. Army and the U.N. Security Council agreed.",
    "The U.S. State Department objected. ¦It had to.",
    "He moved to Washington, D.C. ¦He likes it.",
    "The talks begin at 3 p.m. on Wednesday.",
    "The talks begin at 3 p.m. Wednesday in Cairo.",
    "The talks begin at 3 p.m. ¦Reporters are invited.",
    "They met on Jan. 5 and again in Feb. 2020.",
    "They met in Jan. ¦The weather was bad.",
    "He bought pens, books, etc. and left.",
    "He bought pens, books, etc. ¦Then he left.",
    "Jones et al. 1998 agree.",
    "Martin Luther King Jr. spoke. ¦Martin Luther King Jr. ¦The crowd cheered.",
    # initials
    "John F. Kennedy met J. A. Hobson and E.I. du Pont.",
    "George W. Bush won. ¦He ruled for eight years.",
    "It happened in World War II. ¦The town was rebuilt.",
    "They chose plan B. ¦It failed.",
    # numbers, addresses
    "Prices rose 3.5 per cent. ¦They fell later.",
    "1. Introduction and scope",
    "The demands: 1. a ceasefire 2. a release 3. a return.",
    "It grew by 1.5. ¦That is much.",
    "Visit www.example.com or write to desk@example.com. ¦Thank you.",
    "He told LiverpoolFC.com. ¦It printed everything.",
    "It was over.¦The crowd went home.",
    # quotations and brackets
    '"We will come," he said. ¦"We promise."',
    'He said: "We will come." ¦Then he left.',
    "He said: “We will come.” ¦Then he left.",
    "He said: 'We will come.' ¦Then he left.",
    '"Why?" she asked. ¦"Because."',
    '"Why?" Mr. Haddad asked. ¦Nobody answered.',
    '"Stop!" said the officer.',
    '"We have worked on this large project for many months. ¦We hope that it succeeds," she said.',
    '"No. Never," he said.',  # a short quotation stays whole
    "He left (see the table. It is long) at noon. ¦Then it rained.",
    "(It was late.) ¦He left.",
    'He began "a sentence without an end. ¦Then he left. ¦It rained.',
    "It was odd (!) to see. ¦He left.",
    "It was shown earlier.[12] ¦Others agreed.[citation needed] ¦He left.",
    # ellipsis
    "I don't know... maybe tomorrow.",
    "I don't know... ¦We will see.",
    "I am here to . . . submit to it.",
    "I don’t know… ¦We will see.",
    # odd names
    "He sold it. ¦iPhone sales rose.",
    "He works for Yahoo! News in Dubai.",
    "He reads The Guardian. ¦The Times is cheaper.",
]


@pytest.mark.parametrize("marked", CASES)
def test_sentences(marked: str) -> None:
    text = marked.replace("¦", "")
    assert "¦".join(text[start:end] for start, end in split(text, "en")) == marked
