"""The names of the Gregorian months in the languages in which tables of reports are often written.

In Arabic each month has a name in the Levant, one in Egypt and the Gulf, and one in the Maghreb.
"""

import unicodedata

_NAMES = (
    """
    january jan janvier janv enero ene ocak января январь янв січня січень
    كانون_الثاني يناير جانفي ژانویه جنوری
    """,
    """
    february feb février févr fév febrero şubat февраля февраль фев лютого лютий
    شباط فبراير فيفري فوریه فبروری
    """,
    "march mar mars marzo mart марта март мар березня березень آذار مارس مارچ",
    "april apr avril avr abril abr nisan апреля апрель апр квітня квітень نيسان أبريل إبريل أفريل آوریل اپریل",
    "may mai mayo mayıs мая май травня травень أيار مايو ماي مه می",
    "june jun juin junio haziran июня июнь июн червня червень حزيران يونيو جوان ژوئن جون",
    "july jul juillet juil juill julio temmuz июля июль июл липня липень تموز يوليو جويلية ژوئیه جولای",
    "august aug août agosto ago ağustos августа август авг серпня серпень آب أغسطس أوت اوت آگوست اگست آگست",
    """
    september sep sept septembre septiembre setiembre eylül сентября сентябрь сен сент вересня вересень
    أيلول سبتمبر سپتامبر سپتمبر
    """,
    """
    october oct octobre octubre ekim октября октябрь окт жовтня жовтень
    تشرين_الأول أكتوبر اکتبر اکتوبر
    """,
    """
    november nov novembre noviembre kasım ноября ноябрь ноя нояб листопада листопад
    تشرين_الثاني نوفمبر نوامبر نومبر
    """,
    """
    december dec décembre déc diciembre dic aralık декабря декабрь дек грудня грудень
    كانون_الأول ديسمبر دسامبر دسمبر
    """,
)
"""The names of each month; an underscore stands for a space."""
_LETTERS = str.maketrans("يىكıې", "ییکiی")


def month_number(name: str) -> int:
    """Return the number of a month by its name, or 0 if it is none.

    A month may be named twice, as the United Nations do in Arabic ("tamouz/july"); both must be the same.
    """
    numbers = {_NUMBER_BY_NAME.get(_fold(each), 0) for each in name.split("/")}
    return numbers.pop() if len(numbers) == 1 else 0


def _fold(name: str) -> str:
    """Return a name in lower case and without marks on its letters, and with the Arabic letters of Persian."""
    letters = unicodedata.normalize("NFKD", name.lower())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.translate(_LETTERS).split())


_NUMBER_BY_NAME = {
    _fold(name.replace("_", " ")): number for number, names in enumerate(_NAMES, 1) for name in names.split()
}
