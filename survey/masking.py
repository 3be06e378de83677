"""Which numbers in free text lead to a person? They are hidden before anything is stored and before anyone reads it.

Hidden: phone numbers, identity numbers (12 and 9 digits), numbers of the social insurance and tax (10 digits), health
insurance cards, bank cards (by their check digit), e-mail addresses; after a word that announces one («STK», «Zalo»,
«hộ chiếu», …) any number of that length. Left alone: amounts of money, dates and years, numbers of decrees, counts,
house numbers, codes of dossiers with letters in them. Where a number could be either, the person is protected: a bare
run of nine digits or more goes. Not found: names, streets, digits written as words («không chín một …»).

The text is searched in a plainer picture of itself, where digits of all alphabets are 0-9, letters that stand for
digits are digits, and what cannot be seen is gone; what is found there is hidden in the original.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

MASK = "[đã che]"
"""What stands in the place of what was hidden. It is stored, so it is the same in every language."""

_FEWEST_DIGITS = 7  # a passport's
_PASSES = 6  # a text that has more is a chain of numbers made to cost time: whatever has a digit goes
_ANY = re.compile(r"\S*\d\S*")
_DIGIT = re.compile(r"[\d²³¹⁰⁴-⁹₀-₉①-⑨⓪]")
_UNSEEN = frozenset(
    "\u00ad\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff\ufe0e\ufe0f\u20e3"
)

# One sign may stand between two digits of one number, with spaces around it unless it could end a sentence.
_S = r"(?:\ {0,2}[\-–—_·*()\[\]|~]\ {0,2}|\ {1,6}|[.,/;])?"
_NUMBER = r"(?:{s}[0-9]){{{times}}}(?![0-9])"


def _then(times: str) -> str:
    """So many further digits, separated or not, and no digit after them."""
    return _NUMBER.format(s=_S, times=times)


_FRESH = r"(?<![0-9])(?<![0-9][.,\-–/])"  # not in the middle of another number
_ALONE = r"(?<![^\W_])(?<![0-9][.,\-–/])"  # nor of a code

# What stands behind the name in an address; the name is found by going back from there.
_AT = r"(?:@|[\[({<]\ ?at\ ?[\])}>])"
_MAIL = re.compile(rf"\ ?{_AT}\ ?[\w\-]{{1,63}}(?:(?:\.|\ \.\ ?)[\w\-]{{1,63}}){{1,4}}", re.IGNORECASE)
_MAYBE_MAIL = re.compile(r"[@＠]|[\[({<]\s?at", re.IGNORECASE)
_LONGEST_NAME = 64

# Words that announce a number, searched without marks and in small letters. After the first ones it may be an amount.
_ANNOUNCED = re.compile(
    r"(?<![^\W\d_])(?:(?P<money>bao\ hiem|tai\ khoan|tk|[a-z]{2,9}bank|bidv)"
    r"|(?:so\ )?(?:cccd|cmnd|cmt|can\ cuoc|chung\ minh|ho\ chieu|passport|bhyt|bhxh|mst|ma\ so\ thue|stk|so\ tai\ khoan"
    r"|sdt|dt|dtdd|dien\ thoai|di\ dong|so\ may|zalo|viber|phone|tel|mobile|hotline|lien\ he|lh))"
    r"(?:\ (?:nhan\ dan|cong\ dan|ca\ nhan|cua|toi|em|anh|chi|ay|so|la|no|nha|rieng|co\ dinh|ban|co\ quan)){0,5}"
    rf"[\ :.\-–(\[=]{{0,6}}(?P<number>\+?(?:[a-z]{{1,2}}\ ?)?[0-9]{_then('6,18')})"
)
_RULES = tuple(
    re.compile(rule)
    for rule in (
        rf"(?<!\w)\+\ ?[1-9]{_then('8,14')}",  # with a country's code
        rf"{_FRESH}(?:84|0084|0){_S}[35789]{_then('8')}",  # mobile
        r"(?<![0-9])(?=(?:[0-9]\D{0,2}){10}(?![0-9]))0[35789][0-9]{1,3}(?:[.,;]\ {1,3}[0-9]{2,4}){2,3}(?![0-9])",
        rf"{_FRESH}(?:84|0084|0){_S}2{_then('9')}",  # landline
        rf"{_FRESH}01{_S}[2689]{_then('8')}",  # mobile until 2018
        r"(?<![0-9])0[1-9][0-9]{8,9}(?![0-9])",  # a phone of any time, or social insurance
        rf"{_FRESH}0(?!(?:{_S}0){{2}}){_then('11')}",  # identity number: province 001-096 first
        rf"{_ALONE}(?:[0-9]{{9,}}|0[0-9]{{2}}(?:\.[0-9]{{3}}){{2}})(?![0-9])",  # identity until 2021, tax, bank
        rf"{_ALONE}(?<![0-9]\ )[0-9]{{3}}(?:[\- ][0-9]{{3}}){{2}}(?!\ ?[0-9])",
        rf"{_ALONE}(?<![0-9]\ )[0-9]{{3}}(?:-[0-9]{{3}}-[0-9]{{4}}|\ [0-9]{{3}}\ (?!19|20)[0-9]{{4}})(?!\ ?[0-9])",
        # in groups of four, unless they begin with years: an identity number, a bank's card or account
        rf"{_ALONE}(?<![0-9]\ )(?!(?:(?:19|20)[0-9]{{2}}[\- ]){{2}})[0-9]{{4}}(?:[\- ][0-9]{{4}}){{2,4}}"
        r"(?:[\- ][0-9]{1,3})?(?![\- ]?[0-9])",
        rf"(?<![^\W_])[A-Za-z]{{2}}{_S}[1-5]{_then('12')}",  # health insurance card
    )
)
_CARD = re.compile(r"(?<![0-9])[0-9](?:[ .\-]?[0-9]){12,18}(?![0-9])")

_VIETNAM = re.compile(rf"\+\ ?84{_then('9')}")

# What looks like one of these is none.
_AMOUNT = re.compile(r"[+\-(]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]{1,2})?|[+\-(]?[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_DATE = re.compile(r"(?<![0-9])[0-9]{1,2}\ ?[./\-\ ]\ ?[0-9]{1,2}\ ?[./\-\ ]\ ?(?:19|20)[0-9]{2}(?![0-9])")
_YEAR_FIRST = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}[./\-][0-9]{1,2}[./\-][0-9]{1,2}(?![0-9])")
_UNIT = re.compile(
    r"(?:\ [0-9]{3}(?![0-9]))*\ {0,2}(?:(?:đ|₫|d|đồng|dong|vnđ|vnd|usd|\$|%|tr|triệu|(?:tỷ|tỉ)(?!\ lệ)"
    r"|nghìn|ngàn|k|hồ\ sơ|người|lượt|phiếu|m2|m²|ha)(?![^\W_])|[.,][0-9]{3}(?![0-9]))",
    re.IGNORECASE,
)
_STAND_INS = re.compile(r"(?<![^\W_])(?:[0-9OolI](?:[ .\-]?[0-9OolI]){8,})(?![^\W_])")
_AS_DIGITS = str.maketrans("OolI", "0011")


def mask(text: str, mark: str = MASK) -> tuple[str, bool]:
    """The text with `mark` in the place of every such number, and whether there was any. Twice changes nothing more.

    Text with fewer than seven digits and without @ or [at] comes back as it is.
    """
    masked = text
    for _ in range(_PASSES):  # what was hidden may have stood in the way of what follows it
        found = list(_found(masked))
        if not found:
            break
        pieces, end = [], 0
        for start, stop in found:
            pieces += [masked[end:start], mark]
            end = stop
        masked = "".join((*pieces, masked[end:]))
    else:
        masked = _ANY.sub(mark, masked)
    return masked, masked is not text


def _found(text: str) -> Iterator[tuple[int, int]]:
    """Where they stand, in order, none over another."""
    digits = len(_DIGIT.findall(text))
    mail = _MAYBE_MAIL.search(text)
    if digits < _FEWEST_DIGITS and not mail:
        return
    plain, places = _plain(text)
    spans = list(_mails(plain)) if mail else []
    if digits >= _FEWEST_DIGITS:
        bare = _bare(plain)
        spans += [match.span("number") for match in _ANNOUNCED.finditer(bare) if _announced(plain, match)]
        spans += [match.span() for rule in _RULES for match in rule.finditer(plain) if _personal(plain, match)]
        spans += [match.span() for match in _CARD.finditer(plain) if _luhn(match[0]) and _personal(plain, match)]
    end = 0
    for start, stop in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= end:
            yield places[start], places[stop - 1] + 1
            end = stop


def _mails(plain: str) -> Iterator[tuple[int, int]]:
    """Where e-mail addresses stand."""
    for match in _MAIL.finditer(plain):
        start = match.start()
        while (
            start
            and match.start() - start < _LONGEST_NAME
            and (plain[start - 1].isalnum() or plain[start - 1] in "_.+-")
        ):
            start -= 1
        if start < match.start():
            yield start, match.end()


def _announced(plain: str, match: re.Match[str]) -> bool:
    """Whether the number after a word that announces one leads to a person; after most of them no amount is meant."""
    if match["money"]:
        return _personal(plain, match, "number")
    return not (_DATE.search(match["number"]) or _YEAR_FIRST.search(match["number"]))


def _personal(plain: str, match: re.Match[str], group: str | int = 0) -> bool:
    """Whether a run of digits is neither an amount, nor a date with something beside it."""
    run, start, end = match[group], match.start(group), match.end(group)
    if _VIETNAM.fullmatch(run):
        return True
    if _AMOUNT.fullmatch(run) or _DATE.search(run) or _YEAR_FIRST.search(run):
        return False
    if run[0] in "0+" and not plain[max(0, start - 2) : start].rstrip().isdigit():
        return True  # no amount starts so: «0912345678 người nhà»
    return _UNIT.match(plain, end) is None


def _plain(text: str) -> tuple[str, list[int]]:
    """The plainer picture, and for each of its letters the place in the text."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter not in _UNSEEN:
            letters.append(letter if "\x20" <= letter <= "\x7f" else _plainly(letter))
            places.append(place)
    plain = "".join(letters)
    return _STAND_INS.sub(lambda found: found[0].translate(_AS_DIGITS), plain), places


def _plainly(letter: str) -> str:
    """One letter for one: ٣ as 3, ＠ as @, a wide dot as a dot, every space as a space; lines stay apart."""
    if letter.isspace():
        return " " if letter not in "\n\r" else "\n"
    value = unicodedata.digit(letter, None)
    plain = str(value) if value is not None else unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter


def _bare(plain: str) -> str:
    """The same number of letters, small and without marks: «Hộ chiếu» as «ho chieu»."""
    return plain.lower() if plain.isascii() else "".join(map(_unmarked, plain))


@lru_cache(4096)
def _unmarked(letter: str) -> str:
    small = unicodedata.normalize("NFD", letter)[0].lower().replace("đ", "d")
    return small if len(small) == 1 else letter


def _luhn(run: str) -> bool:
    digits = [int(letter) for letter in reversed(run) if letter.isdigit()]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + doubled) % 10 == 0
