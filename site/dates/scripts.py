"""Dates as people write them in other scripts, in the digits and signs that `parse` reads."""

import re
import unicodedata

# The names of the months in Arabic, in Egypt and the Gulf, and in the Levant and Iraq. Names in Tigrinya, Amharic and
# Persian are left out: they also stand for the months of another calendar.
ARABIC_MONTHS = (
    ("يناير", "كانون الثاني"), ("فبراير", "شباط"), ("مارس", "آذار"), ("أبريل", "إبريل", "ابريل", "نيسان"),
    ("مايو", "أيار", "ايار"), ("يونيو", "حزيران"), ("يوليو", "تموز"), ("أغسطس", "اغسطس", "آب"),
    ("سبتمبر", "أيلول", "ايلول"), ("أكتوبر", "اكتوبر", "تشرين الأول"), ("نوفمبر", "تشرين الثاني"),
    ("ديسمبر", "كانون الأول"),
)  # fmt: skip
MONTH_BY_NAME = {name: str(number) for number, names in enumerate(ARABIC_MONTHS, start=1) for name in names}
MONTH_NAME = re.compile("|".join(sorted(MONTH_BY_NAME, key=len, reverse=True)))
ETHIOPIC_NUMBER = re.compile("[፩-፼]+")
THREE_NUMBERS = re.compile(r"\W*(\d+)[\W_]+(\d+)[\W_]+(\d+)\W*")
DAY_MONTH_YEAR = re.compile(r"([0-3]\d)([01]\d)((?:19|20)\d\d)")
LONGEST = 60  # characters; a date is shorter


def to_western(text: str) -> str:
    """Return the date with Western digits, the number of an Arabic month, and hyphens between three numbers.

    Text that is no date stays what it is.
    """
    if len(text) > LONGEST:
        return text
    text = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    text = "".join(str(unicodedata.decimal(sign, sign)) for sign in text).strip()
    text = ETHIOPIC_NUMBER.sub(lambda match: str(read_ethiopic(match[0])), text)
    text = MONTH_NAME.sub(lambda match: f" {MONTH_BY_NAME[match[0]]} ", text)
    parts = THREE_NUMBERS.fullmatch(text) or DAY_MONTH_YEAR.fullmatch(text)
    return "-".join(parts.groups()) if parts else text


def read_ethiopic(numerals: str) -> int:
    """Return the value of Ethiopic numerals: ፲፱፻፺ is (10 + 9) times 100, and 90."""
    total = 0
    for numeral in numerals:
        value = int(unicodedata.numeric(numeral))
        total = max(total, 1) * value if value >= 100 else total + value
    return total
