"""Synthetic people, as a partner's list has them and as a program would give them: fifteen columns, the same values."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

GIVEN = ("Selam", "Omar", "Amina", "Yusuf", "Fatima", "Ali", "Sara", "Kidane", "Luwam", "Hassan", "Maryam", "Tesfay")
FAMILY = ("Haile", "Abdi", "Noor", "Al-Masri", "Kaya", "Yilmaz", "Tekle", "Ibrahim", "Hussein", "Rahimi")
WORK = ("kok", "lasser", "schilder", "verpleegkundige", "monteur", "chauffeur", "kapper", "tuinder", "leraar")
LANGUAGES = (("en", "tr"), ("ar",), ("en", "ti"), ("ar", "en", "fa"), ("so",))
LANGUAGE_NAMES = {"en": "Engels", "tr": "Turks", "ar": "Arabisch", "ti": "Tigrinya", "fa": "Farsi", "so": "Somalisch"}
SECTORS: tuple[tuple[str, ...], ...] = (("Bouw", "Zorg"), ("Landbouw",), ("Techniek",), ("Bouw", "Techniek"), ())
EDUCATION = {"vocational": "mbo", "bachelor": "hbo", "": ""}
LEVELS = ("A1", "A2", "B1", "")
LICENCE = {"1": "ja", "0": "nee", "": ""}
LETTERS = "abcdefghijklmnopqrstuvwxyz"

HEADER = (
    "Extern nummer", "Voornaam", "Achternaam", "Geboortedatum", "Telefoon", "E-mail", "Talen", "Niveau Nederlands",
    "Opleidingsniveau", "Beroep", "Sectoren", "Uren per week", "Beschikbaar vanaf", "Rijbewijs", "Notities",
)  # fmt: skip
DAYS = 14_600  # of birth: forty years
FIELDS = (
    "external_id", "given_name", "family_name", "date_of_birth", "phone", "email", "languages", "dutch_level",
    "education_level", "profession", "sectors", "hours_per_week", "available_from", "driving_licence", "notes",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """The values of one row, in the order of the columns."""

    number: str
    given_name: str
    family_name: str
    born: date
    phone: str
    email: str
    languages: tuple[str, ...]
    dutch: str
    education: str
    profession: str
    sectors: tuple[str, ...]
    hours: int
    available: date
    licence: str
    notes: str

    def as_listed(self) -> list[str]:
        """Return the cells as a partner writes them: Dutch words and dates."""
        return [
            self.number, self.given_name, self.family_name, f"{self.born:%d-%m-%Y}", f"0{self.phone[3:]}", self.email,
            ", ".join(LANGUAGE_NAMES[code] for code in self.languages), self.dutch, EDUCATION[self.education],
            self.profession, "; ".join(self.sectors), str(self.hours), f"{self.available:%d-%m-%Y}",
            LICENCE[self.licence], self.notes,
        ]  # fmt: skip

    def as_stored(self) -> list[str]:
        """Return the cells as django-import-export's own widgets read them: codes and ISO dates."""
        return [
            self.number, self.given_name, self.family_name, self.born.isoformat(), self.phone, self.email,
            ",".join(self.languages), self.dutch, self.education, self.profession, ",".join(self.sectors),
            str(self.hours), self.available.isoformat(), self.licence, self.notes,
        ]  # fmt: skip

    def as_supplied(self) -> dict[str, Any]:
        """Return the values as JSON for a Supply: ISO dates, and no empty values."""
        values = vars(self) | {"born": self.born.isoformat(), "available": self.available.isoformat()}
        return {name: value for name, value in values.items() if value}


def people(count: int, *, changed: bool = False) -> Iterator[Person]:
    """The same people each time; when `changed`, each has another profession and other notes."""
    draw = random.Random(20240701)
    for index in range(count):
        repetition, day = divmod(index, DAYS)  # people with the same day of birth get other names in each repetition
        ending = "".join(LETTERS[index // 26**place % 26] for place in range(4))
        person = Person(
            number=f"P{index:06d}",
            given_name=GIVEN[(day + repetition) % len(GIVEN)] + ending[:2],
            family_name=FAMILY[(day // len(GIVEN) + repetition) % len(FAMILY)] + ending[2:],
            born=date(1965, 1, 13) + timedelta(days=day),
            phone=f"+316{10_000_000 + index}",
            email=f"p{index}@example.org",
            languages=draw.choice(LANGUAGES),
            dutch=draw.choice(LEVELS),
            education=draw.choice(tuple(EDUCATION)),
            profession=draw.choice(WORK),
            sectors=draw.choice(SECTORS),
            hours=draw.choice((16, 24, 32, 36)),
            available=date(2027, 1, 1) + timedelta(days=draw.randrange(300)),
            licence=draw.choice(tuple(LICENCE)),
            notes=f"aantekening {index % 500}",
        )
        if changed:
            person = replace(person, profession=f"senior {person.profession}", notes=f"nieuw {index}")
        yield person


def csv_file(folder: Path, count: int, *, changed: bool = False) -> Path:
    """A partner's list as Dutch Excel saves it."""
    path = folder / f"lijst-{count}{'-anders' if changed else ''}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADER)
        writer.writerows(person.as_listed() for person in people(count, changed=changed))
    return path
